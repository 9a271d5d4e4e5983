// SPDX-License-Identifier: MIT
#include "canvas/gestures/ConnectGesture.h"

#include "canvas/CanvasPane.h"
#include "canvas/CanvasScene.h"

#include <QPainter>

namespace millrace {

namespace {

constexpr double NearPort = 24; // around a port that a link is drawn to

} // namespace

ConnectGesture::ConnectGesture(CanvasPane &view, std::string step, Port port, std::optional<LinkView> rerouted)
    : m_view(view), m_step(std::move(step)), m_port(port), m_rerouted(std::move(rerouted))
{
    // Taken at its end, a link stays fixed at the other.
    if (m_rerouted) {
        const bool movesInput = port.kind == Port::Kind::Input;
        m_step = movesInput ? m_rerouted->fromStep : m_rerouted->toStep;
        if (const StepItem *fixed = m_view.canvas().step(m_step))
            m_port = fixed->portNamed(movesInput ? m_rerouted->fromPort : m_rerouted->toPort, !movesInput);
    }
}

void ConnectGesture::press(const Pointer &pointer)
{
    if (const StepItem *step = m_view.canvas().step(m_step))
        m_fixed = step->portPosition(m_port);
    m_free = pointer.scene;
    m_start = pointer.view;
    showHints();
}

StepItem *ConnectGesture::target() const
{
    return m_target.empty() ? nullptr : m_view.canvas().step(m_target);
}

LinkView ConnectGesture::linkTo(const StepItem &step) const
{
    const StepItem *fixed = m_view.canvas().step(m_step);
    const std::string port = fixed ? fixed->portName(m_port) : "out";
    // It ends at the port that is nearest to the hand.
    const auto near = step.geometry().portAt(m_free - step.pos(), NearPort);
    if (m_port.kind != Port::Kind::Input)
        return {m_step, port, step.id(),
                near && near->kind == Port::Kind::Input ? step.portName(*near)
                                                        : m_view.canvas().freeInputOf(step, m_rerouted)};
    return {step.id(), step.portName(near && near->kind != Port::Kind::Input ? *near : Port{Port::Kind::Output, 0}),
            m_step, port};
}

QString ConnectGesture::refusalOf(const StepItem &step) const
{
    const LinkView link = linkTo(step);
    if (m_rerouted && link == *m_rerouted)
        return {};
    return m_view.canvas().whyNoLink ? m_view.canvas().whyNoLink(link) : QString();
}

void ConnectGesture::showHints()
{
    for (StepItem *step : m_view.canvas().steps()) {
        if (step->id() == m_step)
            step->setHint(DropHint::None);
        else
            step->setHint(refusalOf(*step).isEmpty() ? DropHint::Fits : DropHint::Refused);
    }
    if (m_rerouted)
        if (LinkItem *link = m_view.canvas().link(*m_rerouted))
            link->setFaded(true);
}

void ConnectGesture::clearHints()
{
    m_view.canvas().showCycleOf({});
    for (StepItem *step : m_view.canvas().steps())
        step->setHint(DropHint::None);
    if (m_rerouted)
        if (LinkItem *link = m_view.canvas().link(*m_rerouted))
            link->setFaded(false);
}

void ConnectGesture::move(const Pointer &pointer)
{
    if (const StepItem *step = m_view.canvas().step(m_step))
        m_fixed = step->portPosition(m_port);
    m_free = pointer.scene;
    m_hasMoved = m_hasMoved || QLineF(m_start, pointer.view).length() >= DragThreshold;
    StepItem *below = m_view.canvas().stepAt(pointer.scene);
    if (below && below->id() == m_step)
        below = nullptr;
    const std::string id = below ? below->id() : std::string();
    const LinkView wanted = below ? linkTo(*below) : LinkView();
    if (id != m_target || wanted != m_wanted) {
        if (StepItem *left = target())
            left->setHint(m_fits ? DropHint::Fits : DropHint::Refused);
        m_target = id;
        m_wanted = wanted;
        m_refusal = below ? refusalOf(*below) : QString();
        m_fits = below && m_refusal.isEmpty();
        if (m_fits)
            below->setHint(DropHint::Target);
        m_view.canvas().showCycleOf(below && !m_fits ? std::optional(wanted) : std::nullopt);
        Q_EMIT m_view.told(m_refusal);
    }
    m_view.explain(m_refusal, pointer.view);
    if (m_fits && below) {
        const bool isBackward = m_port.kind == Port::Kind::Input;
        m_free = below->portPosition(below->portNamed(isBackward ? wanted.fromPort : wanted.toPort, !isBackward));
    }
}

void ConnectGesture::release(const Pointer &pointer)
{
    clearHints();
    const StepItem *fixed = m_view.canvas().step(m_step);
    if (!m_hasMoved || !fixed)
        return;
    if (const StepItem *below = target()) {
        m_free = pointer.scene;
        const LinkView link = linkTo(*below);
        // Another edit may have come between, so that it closes a cycle now.
        if (refusalOf(*below).isEmpty() && !(m_rerouted && link == *m_rerouted))
            Q_EMIT m_view.linkDrawn(link, m_rerouted);
        return;
    }
    if (fixed->card().contains(pointer.scene))
        return;
    if (m_rerouted) {
        Q_EMIT m_view.linkRemoved(*m_rerouted);
        return;
    }
    if (QLineF(m_fixed, pointer.scene).length() < 20)
        return;
    LinkView half;
    if (m_port.kind == Port::Kind::Input) {
        half.toStep = m_step;
        half.toPort = fixed->portName(m_port);
    } else {
        half.fromStep = m_step;
        half.fromPort = fixed->portName(m_port);
    }
    Q_EMIT m_view.linkDropped(half, pointer.scene);
}

void ConnectGesture::cancel()
{
    clearHints();
}

bool ConnectGesture::hasLostHold() const
{
    const CanvasScene &scene = m_view.canvas();
    return !scene.step(m_step) || (m_rerouted && !scene.link(*m_rerouted));
}

void ConnectGesture::paint(QPainter &painter, double) const
{
    const bool isBackward = m_port.kind == Port::Kind::Input;
    m_view.canvas().linkPainter().paintDraft(painter, isBackward ? m_free : m_fixed, isBackward ? m_fixed : m_free,
                                             m_port.kind == Port::Kind::Error);
}

QRectF ConnectGesture::overlay() const
{
    return QRectF(m_fixed, m_free).normalized().adjusted(-210, -10, 210, 110);
}

} // namespace millrace
