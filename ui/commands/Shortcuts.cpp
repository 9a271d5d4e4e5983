// SPDX-License-Identifier: MIT
#include "commands/Shortcuts.h"

#include "commands/Actions.h"

#include <QAction>
#include <QApplication>
#include <QSettings>
#include <QWidget>

namespace millrace {

namespace {

QString settingOf(const QAction *action)
{
    return QStringLiteral("keys/") + action->objectName();
}

QList<QKeySequence> keysOf(const QString &stored)
{
    return stored.isEmpty() ? QList<QKeySequence>() : QKeySequence::listFromString(stored);
}

} // namespace

QString keysText(const QList<QKeySequence> &keys)
{
    return QKeySequence::listToString(keys, QKeySequence::NativeText).replace(QLatin1String("; "), QLatin1String(", "));
}

Shortcuts::Shortcuts(const Actions &actions, QObject *parent) : QObject(parent), m_actions(actions)
{
    for (const QAction *action : actions.all())
        m_defaults.insert(action, action->shortcuts());
    load();
}

void Shortcuts::load()
{
    const QSettings settings;
    for (QAction *action : m_actions.all()) {
        const QVariant stored = settings.value(settingOf(action));
        action->setShortcuts(stored.isValid() ? keysOf(stored.toString()) : defaultsOf(action));
    }
    Q_EMIT changed();
}

void Shortcuts::store(const QAction *action) const
{
    QSettings settings;
    if (isChanged(action))
        settings.setValue(settingOf(action), QKeySequence::listToString(action->shortcuts()));
    else
        settings.remove(settingOf(action));
}

const QList<QKeySequence> &Shortcuts::defaultsOf(const QAction *action) const
{
    static const QList<QKeySequence> none;
    const auto found = m_defaults.constFind(action);
    return found == m_defaults.cend() ? none : *found;
}

bool Shortcuts::isChanged(const QAction *action) const
{
    return action->shortcuts() != defaultsOf(action);
}

QAction *Shortcuts::holderOf(const QKeySequence &key, const QAction *except) const
{
    for (QAction *action : m_actions.all())
        if (action != except && action->shortcuts().contains(key))
            return action;
    return nullptr;
}

void Shortcuts::set(QAction *action, const QList<QKeySequence> &keys)
{
    for (const QKeySequence &key : keys)
        while (QAction *holder = holderOf(key, action)) {
            QList<QKeySequence> rest = holder->shortcuts();
            rest.removeAll(key);
            holder->setShortcuts(rest);
            store(holder);
        }
    action->setShortcuts(keys);
    store(action);
    tellAll();
}

void Shortcuts::resetAll()
{
    QSettings().remove(QStringLiteral("keys"));
    tellAll();
}

void Shortcuts::tellAll()
{
    for (const QWidget *window : QApplication::topLevelWidgets())
        for (Shortcuts *shortcuts : window->findChildren<Shortcuts *>(QString(), Qt::FindDirectChildrenOnly))
            if (shortcuts != this)
                shortcuts->load();
    load();
}

} // namespace millrace
