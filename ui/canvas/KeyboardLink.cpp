// SPDX-License-Identifier: MIT
#include "canvas/KeyboardLink.h"

#include "canvas/CanvasPane.h"
#include "canvas/CanvasScene.h"
#include "canvas/Navigation.h"
#include "theme/Text.h"

#include <QPainter>

#include <algorithm>
#include <vector>

namespace millrace {

namespace {

/// Where links leave a step, in the order in which L goes through them: the error port last, where it can fail.
std::vector<Port> outputsOf(const StepItem &step)
{
    std::vector<Port> ports;
    for (size_t i = 0; i < step.view().outputs.size(); ++i)
        ports.push_back({Port::Kind::Output, int(i)});
    if (step.view().canFail || step.view().hasErrorPort)
        ports.push_back({Port::Kind::Error, 0});
    return ports;
}

} // namespace

void KeyboardLink::start()
{
    if (!m_source.empty()) {
        takeNextPort();
        return;
    }
    const auto links = m_pane.canvas().selectedLinks();
    if (links.size() == 1 && m_pane.canvas().selectedSteps().empty()) {
        const StepItem *source = m_pane.canvas().step(links.front().fromStep);
        if (!source)
            return;
        m_replaced = links.front();
        m_source = source->id();
        m_port = source->portNamed(links.front().fromPort, false);
        tell();
        aim(m_pane.canvas().step(links.front().toStep));
        return;
    }
    const StepItem *from = onlySelectedStep(m_pane.canvas());
    if (!from || from->view().outputs.empty()) {
        Q_EMIT m_pane.told(CanvasPane::tr("Select one step with an output, or a link, then press L to link it."));
        return;
    }
    m_source = from->id();
    m_port = {Port::Kind::Output, 0};
    tell();
    aim(neighbourOf(*from, m_pane.canvas(), Direction::Right));
}

void KeyboardLink::takeNextPort()
{
    const StepItem *from = m_pane.canvas().step(m_source);
    const std::vector<Port> ports = from ? outputsOf(*from) : std::vector<Port>();
    if (ports.empty())
        return;
    const auto now = std::ranges::find(ports, m_port);
    m_port = now == ports.end() || now + 1 == ports.end() ? ports.front() : *(now + 1);
    tell();
    aim(m_pane.canvas().step(m_target));
}

void KeyboardLink::tell() const
{
    const StepItem *from = m_pane.canvas().step(m_source);
    if (!from)
        return;
    const QString &name = from->view().name;
    const size_t ports = outputsOf(*from).size();
    const QString start =
        m_port.kind == Port::Kind::Error ? CanvasPane::tr("Link for the failed items of “%1”").arg(name)
        : from->view().outputs.size() > 1
            ? CanvasPane::tr("Link from “%1”, output “%2”").arg(name, toQString(from->portName(m_port)))
            : CanvasPane::tr("Link from “%1”").arg(name);
    const QString keys = CanvasPane::tr("arrows choose the target, Enter links, Esc leaves it");
    Q_EMIT m_pane.told(
        start + QStringLiteral(": ") + keys
        + (ports > 1 ? CanvasPane::tr(", L takes the next of its %1 outputs.").arg(ports) : QStringLiteral(".")));
}

void KeyboardLink::aim(StepItem *target)
{
    const StepItem *from = m_pane.canvas().step(m_source);
    for (StepItem *step : m_pane.canvas().steps()) {
        m_target = step->id();
        const bool fits = step != from && whyNot(link()).isEmpty();
        step->setHint(step == from     ? DropHint::None
                      : !fits          ? DropHint::Refused
                      : step == target ? DropHint::Target
                                       : DropHint::Fits);
    }
    m_target = target ? target->id() : std::string();
    m_pane.stopExplaining();
    m_pane.canvas().showCycleOf({});
    if (target) {
        m_pane.showStep(m_target);
        if (const QString refusal = whyNot(link()); !refusal.isEmpty()) {
            m_pane.explain(refusal, m_pane.mapFromScene(target->card().bottomLeft()));
            if (target != from)
                m_pane.canvas().showCycleOf(link());
        }
    }
    m_pane.viewport()->update();
}

LinkView KeyboardLink::link() const
{
    const StepItem *from = m_pane.canvas().step(m_source);
    const StepItem *to = m_pane.canvas().step(m_target);
    const bool isBack = m_replaced && m_replaced->toStep == m_target;
    return {m_source, from ? from->portName(m_port) : "out", m_target,
            isBack ? m_replaced->toPort
            : to   ? m_pane.canvas().freeInputOf(*to)
                   : "in"};
}

QString KeyboardLink::whyNot(const LinkView &link) const
{
    return link == m_replaced || !m_pane.canvas().whyNoLink ? QString() : m_pane.canvas().whyNoLink(link);
}

void KeyboardLink::leave()
{
    if (m_source.empty())
        return;
    for (StepItem *step : m_pane.canvas().steps())
        step->setHint(DropHint::None);
    m_source.clear();
    m_target.clear();
    m_replaced.reset();
    m_pane.canvas().showCycleOf({});
    m_pane.stopExplaining();
    m_pane.viewport()->update();
    Q_EMIT m_pane.told({});
}

bool KeyboardLink::press(int key)
{
    if (!isUnderWay())
        return false;
    const StepItem *from = m_pane.canvas().step(m_source);
    const StepItem *target = m_pane.canvas().step(m_target);
    if (const auto direction = directionOf(key); direction && from) {
        if (StepItem *next = neighbourOf(target ? *target : *from, m_pane.canvas(), *direction))
            aim(next);
        return true;
    }
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        accept();
        return true;
    }
    if (key == Qt::Key_Escape) {
        leave();
        return true;
    }
    return false;
}

void KeyboardLink::accept()
{
    const LinkView drawn = link();
    const auto replaced = m_replaced;
    const QString refusal = m_pane.canvas().step(m_target) ? whyNot(drawn) : CanvasPane::tr("There is no step there.");
    if (!refusal.isEmpty()) {
        Q_EMIT m_pane.told(refusal);
        return;
    }
    leave();
    if (drawn != replaced)
        Q_EMIT m_pane.linkDrawn(drawn, replaced);
}

void KeyboardLink::paint(QPainter &painter) const
{
    const CanvasScene &scene = m_pane.canvas();
    if (m_target.empty())
        return;
    if (const StepItem *from = scene.step(m_source), *to = scene.step(m_target); from && to)
        scene.linkPainter().paintDraft(painter, from->portPosition(m_port), to->portPosition({}),
                                       m_port.kind == Port::Kind::Error);
}

} // namespace millrace
