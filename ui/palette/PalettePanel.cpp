// SPDX-License-Identifier: MIT
#include "palette/PalettePanel.h"

#include "palette/StepTypeDelegate.h"
#include "palette/StepTypeModel.h"
#include "theme/Fields.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QVBoxLayout>

namespace millrace {

PalettePanel::PalettePanel(const StepRegistry &registry, Theme &theme, QWidget *parent)
    : QWidget(parent), m_model(new StepTypeModel(registry, this)), m_search(new QLineEdit), m_list(new QListView)
{
    setObjectName(QStringLiteral("sidePanel"));
    m_search->setPlaceholderText(tr("Find a step…"));
    m_search->setAccessibleName(tr("Find a step"));
    addLeadingIcon(*m_search, theme.mutedIcon(QStringLiteral("search")));
    m_search->setClearButtonEnabled(false);
    m_search->installEventFilter(this);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new StepTypeDelegate(theme, false, m_list));
    m_list->setAccessibleName(tr("Step types"));
    m_list->setMouseTracking(true);
    m_list->setDragEnabled(true);
    m_list->setDragDropMode(QAbstractItemView::DragOnly);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFrameShape(QFrame::NoFrame);

    auto *top = new QVBoxLayout;
    top->setContentsMargins(12, 10, 12, 6);
    top->addWidget(m_search);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_list);

    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &typed) {
        m_model->setSearch(typed);
        const int first = typed.isEmpty() ? -1 : m_model->firstType();
        m_list->setCurrentIndex(first < 0 ? QModelIndex() : m_model->index(first));
    });
    m_list->installEventFilter(this);
    connect(m_list, &QListView::activated, this, &PalettePanel::choose);
    connect(&theme, &Theme::changed, m_list->viewport(), QOverload<>::of(&QWidget::update));
}

void PalettePanel::refill()
{
    m_model->refill();
}

void PalettePanel::focusSearch()
{
    m_search->setFocus();
    m_search->selectAll();
}

void PalettePanel::search(const QString &text)
{
    m_search->setFocus();
    m_search->setText(text);
}

void PalettePanel::showFamily(Family family)
{
    m_search->clear();
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QModelIndex heading = m_model->index(row);
        if (!m_model->typeAt(row) && Family(heading.data(StepTypeModel::FamilyRole).toInt()) == family) {
            m_list->setCurrentIndex(m_model->index(row + 1));
            m_list->scrollTo(heading, QAbstractItemView::PositionAtTop);
            m_list->setFocus();
            return;
        }
    }
}

void PalettePanel::choose(const QModelIndex &index)
{
    const QString id = index.data(StepTypeModel::TypeIdRole).toString();
    if (!id.isEmpty())
        Q_EMIT chosen(id);
}

bool PalettePanel::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto &keys = static_cast<QKeyEvent &>(*event);
    const bool isTaken = watched == m_search ? takesSearchKey(keys.key()) : watched == m_list && takesListKey(keys);
    return isTaken || QWidget::eventFilter(watched, event);
}

bool PalettePanel::takesSearchKey(int key)
{
    switch (key) {
    case Qt::Key_Down:
    case Qt::Key_Up:
        m_list->setFocus();
        if (!m_list->currentIndex().isValid() && m_model->firstType() >= 0)
            m_list->setCurrentIndex(m_model->index(m_model->firstType()));
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: choose(m_list->currentIndex()); return true;
    case Qt::Key_Escape:
        if (m_search->text().isEmpty())
            return false;
        m_search->clear();
        return true;
    default: return false;
    }
}

bool PalettePanel::takesListKey(const QKeyEvent &event)
{
    // Letters go on with the search, wherever the hand was.
    const bool isLetter = !event.text().isEmpty() && event.text().at(0).isPrint() && event.text() != QLatin1String(" ")
                          && !(event.modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    if (isLetter) {
        m_search->setFocus();
        m_search->insert(event.text());
        return true;
    }
    const bool isAtTop = m_list->currentIndex().row() <= m_model->firstType();
    if (event.key() == Qt::Key_Escape || (event.key() == Qt::Key_Up && isAtTop)) {
        focusSearch();
        return true;
    }
    return false;
}

} // namespace millrace
