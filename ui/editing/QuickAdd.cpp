// SPDX-License-Identifier: MIT
#include "editing/QuickAdd.h"

#include "palette/StepTypeDelegate.h"
#include "palette/StepTypeModel.h"
#include "theme/Fields.h"
#include "theme/Popups.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QMainWindow>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

QuickAdd::QuickAdd(const StepRegistry &registry, Theme &theme, QWidget *parent)
    : QFrame(parent, Qt::Popup | Qt::FramelessWindowHint)
    , m_model(new StepTypeModel(registry, this))
    , m_search(new QLineEdit)
    , m_list(new QListView)
    , m_nothing(makeLabel(tr("No step that fits here has that name or does that."), "muted"))
    , m_scale(theme.fontScale())
{
    setObjectName(QStringLiteral("quickAdd"));
    setAccessibleName(tr("Add a step"));
    m_search->setPlaceholderText(tr("Add a step: type its name or what it does"));
    m_search->setAccessibleName(tr("Search for a step to add"));
    m_search->installEventFilter(this);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new StepTypeDelegate(theme, true, m_list));
    m_list->setAccessibleName(tr("Steps that were found"));
    m_list->setMouseTracking(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(6);
    layout->addWidget(m_search);
    layout->addWidget(m_list);
    layout->addWidget(m_nothing);
    m_nothing->setContentsMargins(4, 2, 4, 4);
    m_nothing->setWordWrap(true);
    setFixedWidth(int(380 * m_scale));

    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &typed) {
        m_model->setSearch(typed);
        showFound();
    });
    connect(m_list, &QListView::clicked, this, &QuickAdd::accept);
}

void QuickAdd::open(QPoint global,
                    std::function<bool(const StepType &)> fits,
                    std::function<int(const StepType &)> rank)
{
    m_search->clear();
    m_model->setSearch({});
    m_model->setChoice(std::move(fits), std::move(rank));
    const QRect room = this->room();
    m_mostHeight = std::min(int(320 * m_scale), room.height());
    showFound();
    QRect place(global, size());
    place.moveRight(std::min(place.right(), room.right()));
    place.moveBottom(std::min(place.bottom(), room.bottom()));
    place.moveTopLeft({std::max(place.left(), room.left()), std::max(place.top(), room.top())});
    QFrame::move(place.topLeft());
    show();
    m_search->setFocus();
}

/// Where it may be, on the screen: in the canvas's place, or in the whole window where that is too small.
QRect QuickAdd::room() const
{
    constexpr int Margin = 8, Least = 200; // pixels
    const QWidget *window = parentWidget(), *area = window;
    if (const auto *main = qobject_cast<const QMainWindow *>(window))
        if (const QWidget *center = main->centralWidget();
            center && center->width() >= width() + 2 * Margin && center->height() >= Least)
            area = center;
    return QRect(area->mapToGlobal(QPoint()), area->size()).adjusted(Margin, Margin, -Margin, -Margin);
}

void QuickAdd::showFound()
{
    m_nothing->setVisible(m_model->rowCount() == 0);
    const QMargins margins = layout()->contentsMargins();
    fitToRows(*m_list,
              m_mostHeight - margins.top() - margins.bottom() - layout()->spacing() - m_search->sizeHint().height());
    fitToContent(*this);
    m_list->setCurrentIndex(m_model->index(std::max(0, m_model->firstType())));
    m_list->scrollToTop();
}

void QuickAdd::accept(const QModelIndex &index)
{
    const QString id = index.data(StepTypeModel::TypeIdRole).toString();
    if (id.isEmpty())
        return;
    hide();
    Q_EMIT chosen(id);
}

void QuickAdd::move(int by)
{
    for (int row = m_list->currentIndex().row() + by; row >= 0 && row < m_model->rowCount(); row += by)
        if (m_model->typeAt(row)) {
            m_list->setCurrentIndex(m_model->index(row));
            return;
        }
}

bool QuickAdd::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Down: move(1); return true;
        case Qt::Key_Up: move(-1); return true;
        case Qt::Key_PageDown:
            for (int i = 0; i < 8; ++i)
                move(1);
            return true;
        case Qt::Key_PageUp:
            for (int i = 0; i < 8; ++i)
                move(-1);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: accept(m_list->currentIndex()); return true;
        case Qt::Key_Escape:
        case Qt::Key_Tab:
            hide();
            Q_EMIT left();
            return true;
        default: break;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace millrace
