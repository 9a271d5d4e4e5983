// SPDX-License-Identifier: MIT
#pragma once

#include "model/recording/RunChange.h"
#include "model/RunHistory.h"
#include "monitor/throughput/Axis.h"
#include "theme/Theme.h"

#include <QRectF>
#include <QSizeF>
#include <QString>

#include <optional>
#include <vector>

class QPainter;

namespace millrace {

/// What all charts of a grid have in common while they are painted once.
struct ChartFrame
{
    const TimeStretch &stretch;
    const std::vector<double> &seconds;  ///< of the points, ascending
    std::optional<double> cursor;        ///< second under the pointer
    const std::vector<RunChange> &marks; ///< of all steps
};

/// One step's small chart: its name, items a second as a curve, how full its queue was below. Painted; no widget.
class ChartCell
{
public:
    explicit ChartCell(const Theme &theme) : m_theme(theme) {}

    struct Content
    {
        const std::string &step;
        const RunHistory::Series &series;
        QString name;
        QColor color;
        bool hasQueue = true;
        bool isSelected = false;
    };
    void paint(QPainter &painter, const QRectF &cell, const Content &content, const ChartFrame &frame) const;
    /// The seconds' part of a cell: curves, queue and marks are within it.
    QRectF plotOf(const QRectF &cell) const;
    /// The least that one can be read on, in pixels.
    QSizeF leastSize() const;

    /// The point that is shown at a second; the last one where there is none.
    static size_t pointAt(const ChartFrame &frame);
    /// "33.1 k items/s, queue 70 %", for people who don't see it.
    static QString spoken(const Content &content, size_t point);

private:
    void paintHead(QPainter &painter, const QRectF &cell, const Content &content, size_t point) const;
    void paintRate(QPainter &painter, const QRectF &plot, const Content &content, const ChartFrame &frame) const;
    void paintQueue(QPainter &painter, const QRectF &strip, const Content &content, const ChartFrame &frame) const;
    void paintMarks(QPainter &painter, const QRectF &plot, const Content &content, const ChartFrame &frame) const;

    const Theme &m_theme;
};

} // namespace millrace
