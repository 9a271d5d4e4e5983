// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>
#include <QRectF>

#include <optional>

namespace millrace {

/// How much of a card can be read at a zoom.
enum class Detail : uint8_t {
    Full,  ///< from 60 %: everything
    Plain, ///< from 35 %: name, fill of the queue, rate
    Blocks ///< below: blocks in the colour of the state
};

Detail detailAt(double zoom);

/// What decides where the parts of a card are.
struct StepShape
{
    bool hasInput = true; ///< and with it a queue
    int outputs = 1;      ///< without the error port
    bool hasErrorPort = false;
    int inputs = 1; ///< where it has any

    bool operator==(const StepShape &) const = default;
};

/// A place on a card's edge where links end.
struct Port
{
    enum class Kind : uint8_t { Input, Output, Error };
    Kind kind = Kind::Input;
    int index = 0; ///< among the inputs or outputs

    bool operator==(const Port &) const = default;
};

/// Where the parts of a card are, in pixels at 100 % from its upper left corner. Pure: knows no painter and no item.
class StepGeometry
{
public:
    static constexpr double Width = 168;
    static constexpr double Padding = 11;
    static constexpr double PortRadius = 5;
    static constexpr double Radius = 8;
    static constexpr int MostDots = 8;

    explicit StepGeometry(StepShape shape = {}) : m_shape(shape) {}

    const StepShape &shape() const { return m_shape; }
    QRectF card() const;
    /// The card, its ports, and the badges over its edges.
    QRectF bounds() const;

    QRectF tile() const;
    QRectF name() const;
    QRectF summary() const;
    QRectF stateIcon() const;
    QRectF queueLabel() const;
    QRectF queueBar() const;
    QRectF queueText() const;
    QRectF dots() const;
    QRectF rate() const;
    QRectF dot(int index) const;
    /// The badge that says that this step limits the run, for a text of that width.
    QRectF limitBadge(double textWidth) const;
    /// The same where words can't be read: as high as there is room for, since it is seen small.
    QRectF limitSign() const;
    /// Badges on the upper right corner: errors, and what is wrong with the drawing.
    QRectF cornerBadge(double textWidth) const;
    /// The badge on the lower left corner: what was changed applies at the next run.
    QRectF pendingBadge() const;

    QPointF position(Port port) const;
    QPointF input(int index = 0) const { return position({Port::Kind::Input, index}); }
    QPointF output(int index) const { return position({Port::Kind::Output, index}); }
    QPointF error() const { return position({Port::Kind::Error, 0}); }
    /// The port within this distance of a point, if there is one; the nearest of several.
    std::optional<Port> portAt(QPointF point, double distance) const;

private:
    double height() const;
    double lastRow() const { return height() - 17; }

    StepShape m_shape;
};

} // namespace millrace
