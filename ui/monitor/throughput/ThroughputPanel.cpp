// SPDX-License-Identifier: MIT
#include "monitor/throughput/ThroughputPanel.h"

#include "theme/PlainText.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QPainter>
#include <QPixmap>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>

namespace millrace {

namespace {

constexpr int ListWidth = 190;
constexpr double ZoomBy = 2;

QIcon swatch(const QColor &color)
{
    constexpr int Size = 32;
    QPixmap pixmap(Size, Size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(4, 4, Size - 8, Size - 8), 6, 6);
    return pixmap;
}

} // namespace

ThroughputPanel::ThroughputPanel(Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_list(new QListWidget), m_charts(new StepCharts(theme)), m_corner(new QWidget)
{
    m_list->setAccessibleName(tr("Steps that have a chart"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFixedWidth(int(ListWidth * theme.fontScale()));
    m_list->setIconSize(QSize(14, 14) * theme.fontScale());
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_list);
    row->addWidget(m_charts, 1);
    auto *buttons = new QHBoxLayout(m_corner);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(2);
    buttons->addStretch(1);
    addButton(tr("All steps"), "select-all", [this] { chooseAll(true); });
    addButton(tr("No step"), "left-out", [this] { chooseAll(false); });
    addButton(tr("Zoom in"), "zoom-in", [this] { m_charts->zoomBy(ZoomBy); });
    addButton(tr("Zoom out"), "zoom-out", [this] { m_charts->zoomBy(1 / ZoomBy); });
    m_whole = addButton(tr("Show the whole run"), "fit", [this] { m_charts->showAll(); });
    const auto followZoom = [this] { m_whole->setEnabled(!m_charts->stretch().isAll()); };
    connect(m_charts, &StepCharts::zoomed, this, followZoom);
    followZoom();
    connect(m_charts, &StepCharts::stepWanted, this, &ThroughputPanel::stepWanted);
    connect(m_list, &QListWidget::itemChanged, this, [this](QListWidgetItem *item) { noteChoice(*item); });
    connect(&theme, &Theme::changed, this, [this] {
        m_listed.clear(); // the colours are others
        fillList();
    });
}

QToolButton *ThroughputPanel::addButton(const QString &text, const char *icon, std::function<void()> act)
{
    auto *button = new QToolButton;
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setIcon(m_theme.icon(QLatin1String(icon)));
    button->setAccessibleName(text);
    button->setToolTip(text);
    connect(button, &QToolButton::clicked, this, std::move(act));
    m_corner->layout()->addWidget(button);
    return button;
}

void ThroughputPanel::setSources(const RunHistory *history,
                                 const RunRecording *recording,
                                 std::function<QString(const std::string &)> nameOf)
{
    m_history = history;
    m_nameOf = nameOf;
    m_charts->setSources(history, recording, std::move(nameOf));
    fillList();
}

void ThroughputPanel::setSelected(const std::string &step)
{
    if (m_selected == step)
        return;
    m_selected = step;
    m_charts->setSelected(step);
    showChosen();
}

void ThroughputPanel::follow()
{
    fillList();
    m_charts->follow();
}

void ThroughputPanel::fillList()
{
    if (!m_history)
        return;
    std::vector<std::string> steps;
    for (const auto &entry : m_history->steps())
        steps.push_back(entry.first);
    if (steps == m_listed)
        return;
    m_listed = std::move(steps);
    {
        const QSignalBlocker blocker(m_list);
        m_list->clear();
        for (size_t i = 0; i < m_listed.size(); ++i) {
            const QString name = m_nameOf(m_listed[i]);
            auto *item = new QListWidgetItem(swatch(m_charts->colorOf(i)), name, m_list);
            item->setToolTip(plainToolTip(name));
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
            item->setCheckState(isChosen(m_listed[i], i) ? Qt::Checked : Qt::Unchecked);
        }
    }
    showChosen();
}

bool ThroughputPanel::isChosen(const std::string &step, size_t place) const
{
    return m_chosen.contains(step) || (place < MostAtFirst && !m_dropped.contains(step));
}

void ThroughputPanel::noteChoice(const QListWidgetItem &item)
{
    const std::string &step = m_listed[size_t(m_list->row(&item))];
    (item.checkState() == Qt::Checked ? m_dropped : m_chosen).erase(step);
    (item.checkState() == Qt::Checked ? m_chosen : m_dropped).insert(step);
    showChosen();
}

void ThroughputPanel::chooseAll(bool isChosen)
{
    {
        const QSignalBlocker blocker(m_list);
        for (int i = 0; i < m_list->count(); ++i)
            m_list->item(i)->setCheckState(isChosen ? Qt::Checked : Qt::Unchecked);
    }
    (isChosen ? m_dropped : m_chosen).clear();
    (isChosen ? m_chosen : m_dropped).insert(m_listed.begin(), m_listed.end());
    showChosen();
}

void ThroughputPanel::showChosen()
{
    std::vector<size_t> places;
    for (size_t i = 0; i < m_listed.size(); ++i)
        if (m_listed[i] == m_selected && !isChosen(m_listed[i], i))
            places.push_back(i);
    for (size_t i = 0; i < m_listed.size(); ++i)
        if (isChosen(m_listed[i], i))
            places.push_back(i);
    if (places != m_charts->steps())
        m_charts->setSteps(std::move(places));
}

} // namespace millrace
