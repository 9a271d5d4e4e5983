// SPDX-License-Identifier: MIT
#include "commands/ShortcutEditor.h"

#include "commands/Actions.h"
#include "commands/Shortcuts.h"
#include "theme/Fields.h"
#include "theme/RowDelegate.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace millrace {

namespace {

enum Column { Name, Menu, Keys };

QString nameOf(const QAction *action)
{
    return action->text().remove(QLatin1Char('&')).section(QLatin1Char(':'), 0, 0);
}

/// What the mouse does on the canvas: shown with the keys, and not to be changed.
struct HandAction
{
    const char *name, *hand;
};

constexpr std::array handActions{
    HandAction{QT_TRANSLATE_NOOP("HandAction", "Zoom at the pointer"), QT_TRANSLATE_NOOP("HandAction", "Wheel, pinch")},
    HandAction{QT_TRANSLATE_NOOP("HandAction", "Pan"),
               QT_TRANSLATE_NOOP("HandAction", "Middle button, Space+drag, two fingers")},
    HandAction{QT_TRANSLATE_NOOP("HandAction", "Add to the selection, or take out of it"),
               QT_TRANSLATE_NOOP("HandAction", "Ctrl+click")},
    HandAction{QT_TRANSLATE_NOOP("HandAction", "Duplicate what is dragged"),
               QT_TRANSLATE_NOOP("HandAction", "Ctrl+drag, Alt+drag")},
    HandAction{QT_TRANSLATE_NOOP("HandAction", "Move without snapping"),
               QT_TRANSLATE_NOOP("HandAction", "Alt during a drag")},
    HandAction{QT_TRANSLATE_NOOP("HandAction", "Draw a link"), QT_TRANSLATE_NOOP("HandAction", "Drag from a port")},
    HandAction{QT_TRANSLATE_NOOP("HandAction", "Take a link to another step"),
               QT_TRANSLATE_NOOP("HandAction", "Drag its end, Shift+drag an output")},
    HandAction{QT_TRANSLATE_NOOP("HandAction", "Insert a step into a link"),
               QT_TRANSLATE_NOOP("HandAction", "Drop it on the link")},
    HandAction{QT_TRANSLATE_NOOP("HandAction", "Add a step at the pointer"),
               QT_TRANSLATE_NOOP("HandAction", "Double-click on the canvas")},
    HandAction{QT_TRANSLATE_NOOP("HandAction", "Rename a step or a frame, write a note"),
               QT_TRANSLATE_NOOP("HandAction", "Double-click on it")},
};

QAction *actionOf(const QTreeWidgetItem *item)
{
    return item ? qobject_cast<QAction *>(item->data(Name, Qt::UserRole).value<QObject *>()) : nullptr;
}

} // namespace

ShortcutEditor::ShortcutEditor(const Actions &actions, Shortcuts &shortcuts, Theme &theme, QWidget *window)
    : QWidget(window, Qt::Tool)
    , m_actions(actions)
    , m_shortcuts(shortcuts)
    , m_search(new QLineEdit)
    , m_list(new QTreeWidget)
    , m_key(new QKeySequenceEdit)
    , m_conflict(makeLabel({}, "problem"))
    , m_take(new QPushButton(tr("&Take the key")))
    , m_remove(new QPushButton(tr("&No key")))
    , m_reset(new QPushButton(tr("&Default")))
    , m_resetAll(new QPushButton(tr("&All to default")))
{
    setWindowTitle(tr("Keys — Millrace"));
    setAccessibleName(tr("Keys of all actions"));
    setAttribute(Qt::WA_StyledBackground);
    layOut(theme);
    fill();
    connect(m_search, &QLineEdit::textChanged, this, &ShortcutEditor::filter);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &ShortcutEditor::showCurrent);
    connect(m_list, &QTreeWidget::itemActivated, m_key, [this] { m_key->setFocus(); });
    connect(m_key, &QKeySequenceEdit::keySequenceChanged, this, &ShortcutEditor::pressed);
    connect(m_take, &QPushButton::clicked, this, &ShortcutEditor::take);
    connect(m_remove, &QPushButton::clicked, this, [this] { m_shortcuts.set(current(), {}); });
    connect(m_reset, &QPushButton::clicked, this, [this] { m_shortcuts.reset(current()); });
    connect(m_resetAll, &QPushButton::clicked, this, [this] { m_shortcuts.resetAll(); });
    connect(&shortcuts, &Shortcuts::changed, this, &ShortcutEditor::showKeys);
}

void ShortcutEditor::layOut(Theme &theme)
{
    m_search->setPlaceholderText(tr("Find an action or a key…"));
    m_search->setAccessibleName(tr("Find an action or a key"));
    addLeadingIcon(*m_search, theme.mutedIcon(QStringLiteral("search")));
    m_list->setHeaderLabels({tr("Action"), tr("Menu"), tr("Key")});
    m_list->setRootIsDecorated(false);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setUniformRowHeights(true);
    m_list->setAccessibleName(tr("Actions and their keys"));
    m_key->setAccessibleName(tr("New key: press it"));
    m_conflict->setWordWrap(true);
    auto *keyRow = new QHBoxLayout;
    keyRow->addWidget(makeLabel(tr("Press the new key:"), "muted"));
    keyRow->addWidget(m_key, 1);
    for (QPushButton *button : {m_remove, m_reset})
        keyRow->addWidget(button);
    auto *lastRow = new QHBoxLayout;
    lastRow->addWidget(m_conflict, 1);
    lastRow->addWidget(m_take);
    lastRow->addWidget(m_resetAll);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(m_search);
    layout->addWidget(m_list, 1);
    layout->addLayout(keyRow);
    layout->addLayout(lastRow);
    const int em = fontMetrics().height();
    m_list->header()->resizeSection(Name, 17 * em);
    m_list->header()->resizeSection(Menu, 5 * em);
    resize(38 * em, 32 * em);
}

void ShortcutEditor::fill()
{
    for (QAction *action : m_actions.all()) {
        auto *item = new QTreeWidgetItem(m_list, {QString(), m_actions.menuOf(action), QString()});
        item->setIcon(Name, action->icon());
        item->setData(Name, Qt::UserRole, QVariant::fromValue<QObject *>(action));
    }
    for (const HandAction &action : handActions)
        new QTreeWidgetItem(m_list, {QCoreApplication::translate("HandAction", action.name), tr("Canvas"),
                                     QCoreApplication::translate("HandAction", action.hand)});
    m_list->setCurrentItem(m_list->topLevelItem(0));
    showKeys();
}

void ShortcutEditor::showKeys()
{
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        QTreeWidgetItem *item = m_list->topLevelItem(row);
        const QAction *action = actionOf(item);
        if (!action)
            continue; // the mouse
        item->setText(Name, nameOf(action));
        item->setText(Keys, keysText(action->shortcuts()));
        QFont font = m_list->font();
        font.setBold(m_shortcuts.isChanged(action));
        item->setFont(Keys, font);
    }
    showCurrent();
}

void ShortcutEditor::filter(const QString &typed)
{
    const QStringList words = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QTreeWidgetItem *first = nullptr;
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        QTreeWidgetItem *item = m_list->topLevelItem(row);
        const QString all =
            item->text(Name) + QLatin1Char(' ') + item->text(Menu) + QLatin1Char(' ') + item->text(Keys);
        const bool isFound =
            std::ranges::all_of(words, [&](const QString &word) { return all.contains(word, Qt::CaseInsensitive); });
        item->setHidden(!isFound);
        first = first || !isFound ? first : item;
    }
    m_list->setCurrentItem(first);
}

QAction *ShortcutEditor::current() const
{
    return actionOf(m_list->currentItem());
}

void ShortcutEditor::showCurrent()
{
    const QAction *action = current();
    const QSignalBlocker blocker(m_key);
    m_key->setKeySequence(action ? action->shortcut() : QKeySequence());
    m_wanted = {};
    m_conflict->clear();
    m_take->hide();
    for (QWidget *widget : {static_cast<QWidget *>(m_key), static_cast<QWidget *>(m_remove)})
        widget->setEnabled(action);
    m_reset->setEnabled(action && m_shortcuts.isChanged(action));
}

void ShortcutEditor::pressed(const QKeySequence &keys)
{
    QAction *action = current();
    if (!action || keys.isEmpty())
        return;
    // One key each; a second one that is pressed soon after replaces the first.
    const QKeySequence key(keys[keys.count() - 1]);
    const QSignalBlocker blocker(m_key);
    m_key->setKeySequence(key);
    const QAction *holder = m_shortcuts.holderOf(key, action);
    if (!holder) {
        m_shortcuts.set(action, {key});
        return;
    }
    m_wanted = key;
    m_conflict->setText(tr("%1 is the key of “%2”, which would be left without it.")
                            .arg(key.toString(QKeySequence::NativeText), nameOf(holder)));
    m_take->show();
}

void ShortcutEditor::take()
{
    if (!m_wanted.isEmpty())
        m_shortcuts.set(current(), {m_wanted});
}

void ShortcutEditor::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QWidget::keyPressEvent(event);
}

void ShortcutEditor::open()
{
    placeWithinParent(*this);
    show();
    raise();
    activateWindow();
    m_search->setFocus();
    m_search->selectAll();
}

} // namespace millrace
