// SPDX-License-Identifier: MIT
#include "canvas/cards/PortNames.h"

#include "theme/Text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

namespace millrace {

namespace {

constexpr QSizeF NameRoom(96, 13);  // of a name with its ground
constexpr QPointF NameAway(8, -17); // from an output: right of it, between its link and the one above
constexpr double Aside = 2;         // between the ground's edge and the text

} // namespace

std::vector<PortName> portNamesOf(const StepLook &look)
{
    std::vector<PortName> names;
    const auto &inputs = look.view.inputs, &outputs = look.view.outputs;
    for (size_t i = 0; inputs.size() > 1 && i < inputs.size(); ++i) {
        const QPointF port = look.geometry.input(int(i));
        const QPointF corner(port.x() - NameAway.x() - NameRoom.width(), port.y() + NameAway.y());
        const QString name = toQString(inputs[i]);
        const QString text =
            i == 0 ? name
                   : QCoreApplication::translate("PortNames", "%1, read first").arg(name); // see StepType::inputPorts
        names.push_back({text, true, QRectF(corner, NameRoom)});
    }
    const bool isLookedAt = look.isHovered || look.isSelected;
    if (outputs.size() < 2 && !isLookedAt)
        return names;
    const auto add = [&](Port port, const QString &text) {
        names.push_back({text, false, QRectF(look.geometry.position(port) + NameAway, NameRoom)});
    };
    for (size_t i = 0; i < outputs.size(); ++i)
        add({Port::Kind::Output, int(i)}, toQString(outputs[i]));
    if (look.geometry.shape().hasErrorPort)
        add({Port::Kind::Error, 0}, QCoreApplication::translate("PortNames", "failed items"));
    return names;
}

QRectF portNamesRect(const StepLook &look)
{
    QRectF rect;
    for (const PortName &name : portNamesOf(look))
        rect |= name.place;
    return rect;
}

void paintPortNames(QPainter &painter, const StepLook &look, const Colors &colors, const QFont &font)
{
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    for (const PortName &name : portNamesOf(look)) {
        const QString text = metrics.elidedText(name.text, Qt::ElideRight, NameRoom.width() - 2 * Aside);
        QRectF ground = name.place;
        const double width = metrics.horizontalAdvance(text) + 2 * Aside;
        if (name.isInput)
            ground.setLeft(ground.right() - width);
        else
            ground.setWidth(width);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.canvas);
        painter.drawRoundedRect(ground, Aside, Aside);
        painter.setPen(colors.muted);
        painter.drawText(name.place.adjusted(Aside, 0, -Aside, 0),
                         (name.isInput ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, text);
    }
}

} // namespace millrace
