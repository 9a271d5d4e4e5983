// SPDX-License-Identifier: MIT
#include "commands/CommandPalette.h"

#include "commands/Actions.h"
#include "theme/Fields.h"
#include "theme/Popups.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

enum Role { KeyRole = Qt::UserRole, MenuRole, ActionRole };

class CommandDelegate : public QStyledItemDelegate
{
public:
    CommandDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Colors &colors = m_theme.colors();
        const bool isEnabled = index.flags() & Qt::ItemIsEnabled;
        if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver))
            painter->fillRect(option.rect, option.state & QStyle::State_Selected ? colors.selection : colors.hover);
        QRect rect = option.rect.adjusted(10, 0, -10, 0);
        const QIcon icon = index.data(Qt::DecorationRole).value<QIcon>();
        icon.paint(painter, QRect(rect.left(), rect.center().y() - 7, 16, 16), Qt::AlignCenter,
                   isEnabled ? QIcon::Normal : QIcon::Disabled);
        rect.setLeft(rect.left() + 26);
        painter->setFont(m_theme.font(FontRole::Body));
        painter->setPen(isEnabled ? colors.text : colors.muted);
        const QString title = index.data(Qt::DisplayRole).toString();
        painter->drawText(rect, Qt::AlignVCenter, title);
        const int width = painter->fontMetrics().horizontalAdvance(title) + 8;
        painter->setFont(m_theme.font(FontRole::Small));
        painter->setPen(colors.muted);
        painter->drawText(rect.adjusted(width, 0, 0, 0), Qt::AlignVCenter, index.data(MenuRole).toString());
        painter->drawText(rect, Qt::AlignVCenter | Qt::AlignRight, index.data(KeyRole).toString());
    }
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {200, QFontMetrics(m_theme.font(FontRole::Body)).height() + 12};
    }

private:
    const Theme &m_theme;
};

} // namespace

CommandPalette::CommandPalette(const Actions &actions, Theme &theme, QWidget *window)
    : QFrame(window, Qt::Popup | Qt::FramelessWindowHint)
    , m_actions(actions)
    , m_theme(theme)
    , m_search(new QLineEdit)
    , m_list(new QListWidget)
    , m_nothing(makeLabel(tr("No action has that in its name."), "muted"))
{
    setObjectName(QStringLiteral("quickAdd"));
    setAccessibleName(tr("All actions"));
    m_search->setPlaceholderText(tr("What do you want to do?"));
    m_search->setAccessibleName(tr("Search the actions"));
    m_search->installEventFilter(this);
    m_list->setItemDelegate(new CommandDelegate(theme, m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setMouseTracking(true);
    m_list->setAccessibleName(tr("Actions that were found"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(6);
    layout->addWidget(m_search);
    layout->addWidget(m_list);
    layout->addWidget(m_nothing);
    m_nothing->setContentsMargins(4, 2, 4, 4);
    setFixedWidth(int(520 * theme.fontScale()));
    connect(m_search, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::accept);
}

void CommandPalette::open()
{
    m_search->clear();
    fill({});
    const QWidget *window = parentWidget();
    move(window->mapToGlobal(QPoint((window->width() - width()) / 2, 70)));
    show();
    m_search->setFocus();
}

void CommandPalette::fill(const QString &typed)
{
    m_list->clear();
    const QStringList words = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (QAction *action : m_actions.all()) {
        const QString title = action->text().remove(QLatin1Char('&'));
        const QString all = title + QLatin1Char(' ') + m_actions.menuOf(action);
        const bool isFound =
            std::ranges::all_of(words, [&](const QString &word) { return all.contains(word, Qt::CaseInsensitive); });
        if (!isFound)
            continue;
        auto *item = new QListWidgetItem(action->icon(), title, m_list);
        item->setData(MenuRole, m_actions.menuOf(action));
        item->setData(KeyRole, action->shortcut().toString(QKeySequence::NativeText));
        item->setData(ActionRole, QVariant::fromValue<QObject *>(action));
        if (!action->isEnabled())
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
    }
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->flags() & Qt::ItemIsEnabled) {
            m_list->setCurrentRow(row);
            break;
        }
    m_nothing->setVisible(m_list->count() == 0);
    fitToRows(*m_list, int(330 * m_theme.fontScale()));
    fitToContent(*this);
}

void CommandPalette::accept()
{
    const QListWidgetItem *item = m_list->currentItem();
    auto *action = item ? qobject_cast<QAction *>(item->data(ActionRole).value<QObject *>()) : nullptr;
    hide();
    if (action)
        action->trigger();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    const int by = key == Qt::Key_Down       ? 1
                   : key == Qt::Key_Up       ? -1
                   : key == Qt::Key_PageDown ? 10
                   : key == Qt::Key_PageUp   ? -10
                                             : 0;
    if (by != 0) {
        m_list->setCurrentRow(std::clamp(m_list->currentRow() + by, 0, std::max(0, m_list->count() - 1)));
        return true;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        accept();
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace millrace
