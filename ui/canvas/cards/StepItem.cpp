// SPDX-License-Identifier: MIT
#include "canvas/cards/StepItem.h"

#include "canvas/CanvasScene.h"
#include "canvas/cards/PortNames.h"
#include "theme/Text.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr double CardZ = 10, SelectedZ = 11;

} // namespace

StepItem::StepItem(const StepPainter &painter, const StepView &view) : m_painter(painter)
{
    setFlag(ItemIsSelectable);
    setFlag(ItemSendsGeometryChanges);
    setZValue(CardZ);
    m_look.view = view;
    updateShape();
    setPos(view.position);
}

QPainterPath StepItem::shape() const
{
    QPainterPath path;
    path.addRect(m_look.geometry.card().adjusted(-StepGeometry::PortRadius, 0, StepGeometry::PortRadius, 0));
    return path;
}

void StepItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *)
{
    const double zoom = option->levelOfDetailFromTransform(painter->worldTransform());
    const bool isRead = detailAt(zoom) != Detail::Blocks;
    if (const int size = m_painter.texts().sizeAt(zoom); isRead && size != m_look.texts.size) {
        m_look.texts = {};
        m_look.texts.size = size;
        m_isHeadStale = m_areSmallTextsStale = true;
    }
    if (isRead && std::exchange(m_isHeadStale, false))
        m_painter.texts().prepareHead(m_look);
    if (isRead && std::exchange(m_areSmallTextsStale, false))
        m_painter.texts().prepareSmallTexts(m_look);
    m_painter.paint(*painter, m_look, zoom);
}

std::string StepItem::portName(Port port) const
{
    if (port.kind == Port::Kind::Error)
        return "error";
    const bool isInput = port.kind == Port::Kind::Input;
    const auto &names = isInput ? m_look.view.inputs : m_look.view.outputs;
    return size_t(port.index) < names.size() ? names[size_t(port.index)] : isInput ? "in" : "out";
}

Port StepItem::portNamed(const std::string &name, bool isInput) const
{
    if (!isInput && name == "error")
        return {Port::Kind::Error, 0};
    const auto kind = isInput ? Port::Kind::Input : Port::Kind::Output;
    const auto &names = isInput ? m_look.view.inputs : m_look.view.outputs;
    const auto found = std::ranges::find(names, name);
    return {kind, found == names.end() ? 0 : int(found - names.begin())};
}

void StepItem::setView(const StepView &view)
{
    if (view == m_look.view)
        return;
    m_look.view = view;
    updateShape();
    setPos(view.position);
    setStale(true);
}

void StepItem::setGauge(const std::optional<StepGauge> &gauge)
{
    if (gauge == m_look.gauge)
        return;
    m_look.gauge = gauge;
    setStale(false);
}

void StepItem::setTried(const QString &text)
{
    if (text == m_look.tried)
        return;
    m_look.tried = text;
    setStale(false);
}

void StepItem::setPending(const QString &sentence, bool isLeftOut)
{
    if (sentence == m_look.pending && isLeftOut == m_look.isLeftOut)
        return;
    m_look.pending = sentence;
    m_look.isLeftOut = isLeftOut;
    update();
}

void StepItem::setHint(DropHint hint)
{
    if (hint == m_look.hint)
        return;
    m_look.hint = hint;
    update();
}

void StepItem::setHovered(bool isHovered)
{
    if (isHovered == m_look.isHovered)
        return;
    m_look.isHovered = isHovered;
    updateShape();
    update();
}

void StepItem::refresh()
{
    setStale(true);
}

void StepItem::setStale(bool isViewNew)
{
    if (isViewNew)
        m_look.texts = {};
    m_isHeadStale = m_areSmallTextsStale = true;
    update();
}

QVariant StepItem::itemChange(GraphicsItemChange change, const QVariant &value)
{
    if (change == ItemPositionHasChanged) {
        if (auto *canvas = static_cast<CanvasScene *>(scene()))
            canvas->stepHasMoved(*this);
    } else if (change == ItemSelectedHasChanged) {
        m_look.isSelected = value.toBool();
        setZValue(m_look.isSelected ? SelectedZ : CardZ); // what a hand drags is above what it is dragged over
        updateShape();
        update();
    }
    return QGraphicsItem::itemChange(change, value);
}

void StepItem::updateShape()
{
    // The error port is there for the hand as soon as the hand is near.
    const bool showsError =
        m_look.view.hasErrorPort || (m_look.view.canFail && (m_look.isHovered || m_look.isSelected));
    const StepShape shape{m_look.view.hasInput, int(m_look.view.outputs.size()), showsError,
                          int(m_look.view.inputs.size())};
    StepLook next = m_look;
    next.geometry = StepGeometry(shape);
    const QRectF names = portNamesRect(next);
    if (shape == m_look.geometry.shape() && names == m_names)
        return;
    prepareGeometryChange();
    m_look.geometry = StepGeometry(shape);
    m_names = names;
}

QString StepItem::helpText() const
{
    QString text =
        m_look.view.summary.isEmpty() ? m_look.view.name : m_look.view.name + QLatin1Char('\n') + m_look.view.summary;
    if (m_look.gauge && (m_look.gauge->wasStopped || m_look.gauge->state != StepState::Idle))
        text += QLatin1Char('\n') + stateText(*m_look.gauge);
    if (m_look.gauge && !m_look.gauge->inside.isEmpty())
        text += QLatin1Char('\n') + m_look.gauge->inside;
    if (m_look.gauge && m_look.gauge->wasEnlarged)
        text += QStringLiteral("\nIts queue was widened: the branches waited for each other.");
    if (m_look.gauge && !m_look.gauge->memory.isEmpty())
        text += QLatin1Char('\n') + m_look.gauge->memory;
    if (m_look.gauge && !m_look.gauge->elsewhereDetails.isEmpty())
        text += QLatin1Char('\n') + m_look.gauge->elsewhereDetails;
    if (!m_look.pending.isEmpty())
        text += QLatin1Char('\n') + m_look.pending;
    if (!m_look.view.problem.isEmpty())
        text += QLatin1Char('\n') + m_look.view.problem;
    return text;
}

} // namespace millrace
