// SPDX-License-Identifier: MIT
#include "monitor/runs/RunTrend.h"

#include "model/Format.h"
#include "monitor/runs/RunsModel.h"
#include "theme/PlainText.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace millrace {

namespace {

constexpr double TrendHeight = 38, WidestBar = 22, BarGap = 2, CaptionWidth = 62; // pixels at 100 %

} // namespace

RunTrend::RunTrend(Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setAccessibleName(tr("Items a second of the past runs"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, QOverload<>::of(&QWidget::update));
}

QSize RunTrend::sizeHint() const
{
    return {320, int(TrendHeight * m_theme.fontScale())};
}

void RunTrend::setRuns(std::vector<PastRun> runs)
{
    m_runs = std::move(runs);
    m_chosen.clear();
    setAccessibleDescription(m_runs.empty()
                                 ? QString()
                                 : tr("%1 at the last, %2 at the most")
                                       .arg(formatShort(m_runs.front().itemsPerSecond()), formatShort(most())));
    update();
}

void RunTrend::setChosen(std::vector<int> rows)
{
    m_chosen = std::move(rows);
    update();
}

double RunTrend::most() const
{
    double most = 0;
    for (const PastRun &run : m_runs)
        most = std::max(most, run.itemsPerSecond());
    return most;
}

QRectF RunTrend::plot() const
{
    return QRectF(rect()).adjusted(CaptionWidth * m_theme.fontScale(), 5, -10, -5);
}

QRectF RunTrend::barOf(int row) const
{
    const QRectF area = plot();
    const auto count = double(m_runs.size());
    const double step = std::min(WidestBar * m_theme.fontScale(), area.width() / std::max(count, 1.0));
    const double share = most() > 0 ? m_runs[size_t(row)].itemsPerSecond() / most() : 0;
    const double height = std::max(2.0, area.height() * share);
    const double left = area.left() + (count - 1 - row) * step;
    return {left, area.bottom() - height, std::max(1.0, step - BarGap), height};
}

void RunTrend::paintEvent(QPaintEvent *)
{
    if (m_runs.empty())
        return;
    const Colors &colors = m_theme.colors();
    QPainter painter(this);
    painter.setFont(m_theme.font(FontRole::Small));
    painter.setPen(colors.muted);
    painter.drawText(QRectF(0, 0, plot().left() - 8, height()), Qt::AlignRight | Qt::AlignVCenter,
                     tr("%1\nitems/s").arg(formatShort(most())));
    painter.setPen(QPen(colors.line, 1));
    painter.drawLine(QPointF(plot().left(), plot().bottom() + 0.5), QPointF(plot().right(), plot().bottom() + 0.5));
    for (int row = 0; row < int(m_runs.size()); ++row) {
        QColor color = endColor(m_runs[size_t(row)], colors);
        const bool isChosen = std::ranges::find(m_chosen, row) != m_chosen.end();
        color.setAlphaF(isChosen || m_chosen.empty() ? 1.0F : 0.45F);
        painter.fillRect(barOf(row), color);
    }
}

std::optional<int> RunTrend::rowAt(QPointF at) const
{
    for (int row = 0; row < int(m_runs.size()); ++row) {
        const QRectF bar = barOf(row);
        if (at.x() >= bar.left() - BarGap / 2 && at.x() < bar.right() + BarGap / 2)
            return row;
    }
    return {};
}

void RunTrend::mousePressEvent(QMouseEvent *event)
{
    if (const auto row = rowAt(event->position()); row && event->button() == Qt::LeftButton)
        Q_EMIT chosen(*row, event->modifiers() & Qt::ControlModifier);
}

bool RunTrend::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto &help = static_cast<QHelpEvent &>(*event);
        if (const auto row = rowAt(help.pos())) {
            const PastRun &run = m_runs[size_t(*row)];
            QToolTip::showText(help.globalPos(),
                               plainToolTip(tr("%1: %2 items/s, %3, %4")
                                                .arg(startText(run), formatShort(run.itemsPerSecond()),
                                                     formatElapsed(run.seconds), endText(run))),
                               this);
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace millrace
