// SPDX-License-Identifier: MIT
#include "window/monitors/DataMonitor.h"

#include "canvas/CanvasScene.h"
#include "document/Document.h"
#include "model/Drawing.h"
#include "model/Pending.h"
#include "pipeline/Parameters.h"
#include "preview/DataPanel.h"
#include "theme/Text.h"
#include "trust/TrustGate.h"
#include "window/BottomPanel.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace millrace {

namespace {

constexpr int PauseAfterEdit = 100; // milliseconds after an edit, before the drawing is tried
constexpr int LookEvery = 3;        // samples of a run, which come ten times a second
constexpr int ErrorPort = -1;

int numberOf(const PipelineStep &step, const StepType &type, const std::string &port)
{
    if (port == "error")
        return ErrorPort;
    const auto ports = type.portsOf(step.params);
    const auto found = std::ranges::find(ports, port);
    return found == ports.end() ? 0 : int(found - ports.begin());
}

} // namespace

DataMonitor::DataMonitor(Parts parts, QObject *parent)
    : QObject(parent), m_parts(parts), m_ghost(new GhostRun(parts.document.registry(), this))
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(PauseAfterEdit);
    connect(&m_soon, &QTimer::timeout, this, &DataMonitor::tryDrawing);
    connect(m_ghost, &GhostRun::ready, this, [this] {
        showTried();
        show();
    });
    connect(&parts.document, &Document::changed, this, &DataMonitor::followEdit);
    connect(&parts.document, &Document::problemsChanged, this, [this] {
        lookInside();
        if (!isRunShown())
            m_soon.start();
    });
    connect(&parts.bridge, &RunBridge::started, this, [this] {
        m_isEdited = false;
        lookInside();
        m_ghost->clear();
        showTried();
        show();
    });
    connect(&parts.bridge, &RunBridge::sampled, this, &DataMonitor::follow);
    connect(&parts.bridge, &RunBridge::finished, this, &DataMonitor::show);
    connect(&parts.bottom, &BottomPanel::tabChosen, this, &DataMonitor::show);
    show();
}

bool DataMonitor::isRunShown() const
{
    return m_parts.bridge.hasSamples() && (m_parts.bridge.isUnderWay() || !m_isEdited);
}

void DataMonitor::setSelection(const StepIds &selection, const std::vector<LinkView> &links)
{
    m_step = selection.size() == 1 ? *selection.begin() : std::string();
    m_link = selection.empty() && links.size() == 1 ? std::optional(links.front()) : std::nullopt;
    askForNewest();
    show();
}

void DataMonitor::askForNewest()
{
    if (m_link) {
        askFor(m_link->fromStep);
        return;
    }
    const PipelineStep *result = m_step.empty() ? resultStep() : nullptr;
    const std::string step = result ? result->id : m_step;
    askFor(step);
    for (const Link &link : m_parts.document.pipeline().links)
        if (link.toStep == step)
            askFor(link.fromStep);
}

void DataMonitor::askFor(const std::string &step)
{
    const auto inside = m_inside.find(step);
    if (inside == m_inside.end()) {
        m_parts.bridge.askForSamples(step);
        return;
    }
    for (const auto &[port, exit] : inside->second.exits)
        m_parts.bridge.askForSamples(exit);
    m_parts.bridge.askForSamples(step + "/errors");
}

void DataMonitor::lookInside()
{
    const StepRegistry &registry = m_parts.document.registry();
    const FilledPipeline filled(m_parts.document.pipeline(), registry);
    m_inside = InlinedPipeline(filled.pipeline(), registry, folder()).parts();
}

std::pair<std::string, int> DataMonitor::sourceOf(const PipelineStep &step, const std::string &port) const
{
    const auto inside = m_inside.find(step.id);
    if (inside == m_inside.end()) {
        const StepType *type = m_parts.document.registry().find(step.type);
        return {step.id, type ? numberOf(step, *type, port) : 0};
    }
    const auto exit = inside->second.exits.find(port);
    return {exit == inside->second.exits.end() ? step.id + "/errors" : exit->second, 0};
}

void DataMonitor::setTrying(bool isOn)
{
    m_isTrying = isOn;
    if (!isOn)
        m_ghost->clear();
    else if (!isRunShown())
        m_soon.start();
    showTried();
    show();
}

void DataMonitor::clear()
{
    m_isEdited = true;
    ++m_version;
    m_ghost->clear();
    m_soon.start();
    showTried();
    show();
}

/// A step that was only moved is what ran.
void DataMonitor::followEdit()
{
    ++m_version;
    m_isEdited =
        !m_parts.bridge.hasSamples() || essenceOf(m_parts.document.pipeline()) != essenceOf(m_parts.bridge.pipeline());
    if (!isRunShown())
        m_soon.start();
    show();
}

std::string DataMonitor::folder() const
{
    return toUtf8(m_parts.document.folder());
}

/// One drawing at a time is put together, on another thread: what comes meanwhile is tried after it.
void DataMonitor::tryDrawing()
{
    if (!m_isTrying || isRunShown())
        return;
    m_mustTryAgain = m_isPutTogether;
    if (m_mustTryAgain)
        return;
    m_isPutTogether = true;
    const auto ghost = std::make_shared<GhostPipeline>();
    const auto make = [ghost, drawing = m_parts.document.pipeline(), problems = m_parts.document.problems(),
                       folder = folder(), &registry = m_parts.document.registry()] {
        *ghost = ghostOf(drawing, problems, registry, folder);
        return ghost->pipeline;
    };
    m_parts.gate.passQuietly(make, [this, ghost, version = m_version](bool isClear) {
        m_isPutTogether = false;
        if (std::exchange(m_mustTryAgain, false) || version != m_version)
            m_soon.start();
        else
            startGhost(std::move(*ghost), isClear);
    });
}

void DataMonitor::startGhost(GhostPipeline ghost, bool isClear)
{
    if (!m_isTrying || isRunShown())
        return;
    if (isClear && !ghost.pipeline.steps.empty()) {
        m_ghost->start(std::move(ghost.pipeline), std::move(ghost.leftOut), folder());
        return;
    }
    m_ghost->clear();
    showTried();
    show();
}

/// During a run, a few times a second, and only where somebody looks.
void DataMonitor::follow()
{
    if (!m_parts.bridge.isUnderWay() || !m_parts.bottom.shows(BottomPanel::Tab::Data) || ++m_samplesUntil < LookEvery)
        return;
    m_samplesUntil = 0;
    askForNewest();
    show();
}

/// On the cards, until something runs.
void DataMonitor::showTried()
{
    std::map<std::string, QString> texts;
    if (m_ghost->data() && !isRunShown())
        for (const StepSample &step : m_ghost->data()->counts.steps)
            texts[step.id] = triedText(step);
    if (!texts.empty())
        for (const auto &[outer, part] : m_inside)
            texts[outer] = triedText(insideSumOf(outer, m_inside, m_ghost->data()->counts));
    m_parts.scene.setTried(texts);
}

void DataMonitor::show()
{
    if (!m_parts.bottom.shows(BottomPanel::Tab::Data))
        return;
    const PipelineStep *step = m_parts.document.pipeline().step(m_step);
    StepData data;
    if (step) {
        data = dataOf(*step);
    } else if (m_link) {
        data = dataOf(*m_link);
    } else if (const PipelineStep *result = resultStep()) {
        data = dataOf(*result);
        (data.in ? data.in : data.out)->title = shownName(*result, m_parts.document.registry());
    }
    m_parts.bottom.data().setData(data);
}

/// With nothing selected, what comes of the drawing: what the first sink takes that has got something; where there is no sink,
/// what the last step gives.
const PipelineStep *DataMonitor::resultStep() const
{
    const std::vector<PipelineStep> &steps = m_parts.document.pipeline().steps;
    const auto isSink = [this](const PipelineStep &step) {
        const StepType *type = m_parts.document.registry().find(step.type);
        return type && type->kind == StepKind::Sink;
    };
    const auto hasTaken = [&](const PipelineStep &step) {
        const StepSample *counts = isSink(step) ? countsOf(step.id) : nullptr;
        return counts && counts->itemsIn > 0;
    };
    auto sink = std::ranges::find_if(steps, hasTaken);
    if (sink == steps.end())
        sink = std::ranges::find_if(steps, isSink);
    return sink != steps.end() ? &*sink : steps.empty() ? nullptr : &steps.back();
}

QString DataMonitor::remark() const
{
    if (isRunShown())
        return m_parts.bridge.isUnderWay() ? tr("this run") : tr("last run");
    return m_ghost->data() ? tr("tried") : QString();
}

QString DataMonitor::explanation() const
{
    return !isRunShown() && m_ghost->data()
               ? tr("The first %1 items of each source went through the drawing as it is now. Nothing was written.")
                     .arg(GhostRun::MostItems)
               : QString();
}

StepData DataMonitor::dataOf(const LinkView &link) const
{
    const Pipeline &drawing = m_parts.document.pipeline();
    const PipelineStep *from = drawing.step(link.fromStep), *to = drawing.step(link.toStep);
    if (!from || !to)
        return {};
    const StepRegistry &registry = m_parts.document.registry();
    StepData data;
    data.isShown = true;
    data.remark = remark();
    data.explanation = explanation();
    data.out = SideData{shownName(*from, registry) + QStringLiteral(" \u2192 ") + shownName(*to, registry),
                        {portOf(*from, link.fromPort)},
                        whyEmpty(from->id)};
    return data;
}

StepData DataMonitor::dataOf(const PipelineStep &step) const
{
    const StepRegistry &registry = m_parts.document.registry();
    StepData data;
    data.isShown = true;
    data.remark = remark();
    data.explanation = explanation();
    const StepType *type = registry.find(step.type);
    if (!type || type->hasInput())
        data.in = inOf(step);
    if (!type || type->hasOutput())
        data.out = type ? outOf(step, *type) : SideData{{}, {}, whyEmpty(step.id)};
    return data;
}

SideData DataMonitor::inOf(const PipelineStep &step) const
{
    SideData side;
    const Pipeline &drawing = m_parts.document.pipeline();
    std::vector<Link> links;
    for (const Link &link : drawing.links)
        if (link.toStep == step.id)
            links.push_back(link);
    for (const Link &link : links) {
        const PipelineStep *from = drawing.step(link.fromStep);
        if (!from)
            continue;
        PortData port = portOf(*from, link.fromPort);
        port.name = shownName(*from, m_parts.document.registry());
        if (link.fromPort != "out")
            port.name += QStringLiteral(" · ") + toQString(link.fromPort);
        if (link.toPort != "in")
            port.name += QStringLiteral(" \u2192 ") + toQString(link.toPort);
        const auto inside = m_inside.find(step.id);
        const StepSample *counts = countsOf(inside == m_inside.end() ? step.id : inside->second.entry);
        if (counts && links.size() == 1)
            port.count = counts->itemsIn;
        side.ports.push_back(std::move(port));
    }
    if (isRunShown() && step.type == "view" && !side.ports.empty()) {
        side.ports[0].items.latest.clear();
        for (Value &item : m_parts.bridge.viewedItems(step.id))
            side.ports[0].items.latest.push_back({Value(), std::move(item), 0});
    }
    side.remark = links.empty() ? tr("Nothing is linked to it yet.") : whyEmpty(links.front().fromStep);
    return side;
}

SideData DataMonitor::outOf(const PipelineStep &step, const StepType &type) const
{
    SideData side;
    for (const std::string &port : type.portsOf(step.params))
        side.ports.push_back(portOf(step, port));
    const auto isOfErrors = [&](const Link &link) { return link.fromStep == step.id && link.fromPort == "error"; };
    if (std::ranges::any_of(m_parts.document.pipeline().links, isOfErrors)) {
        side.ports.push_back(portOf(step, "error"));
        side.ports.back().name = tr("failed items");
    }
    const bool isOnly = side.ports.size() == 1;
    if (const StepSample *counts = isOnly ? countsOf(sourceOf(step, toUtf8(side.ports[0].name)).first) : nullptr)
        side.ports[0].count = counts->itemsOut;
    side.remark = whyEmpty(step.id);
    return side;
}

PortData DataMonitor::portOf(const PipelineStep &step, const std::string &port) const
{
    PortData data;
    data.name = toQString(port);
    const auto [source, number] = sourceOf(step, port);
    std::map<int, SampledItems> items = itemsOf(source);
    if (const auto found = items.find(number); found != items.end())
        data.items = std::move(found->second);
    return data;
}

std::map<int, SampledItems> DataMonitor::itemsOf(const std::string &step) const
{
    if (isRunShown())
        return m_parts.bridge.samples(step);
    if (!m_ghost->data())
        return {};
    const auto found = m_ghost->data()->items.find(step);
    return found == m_ghost->data()->items.end() ? std::map<int, SampledItems>() : found->second;
}

const StepSample *DataMonitor::countsOf(const std::string &step) const
{
    if (isRunShown())
        return findStep(m_parts.bridge.reader().last(), step);
    return m_ghost->data() ? findStep(m_ghost->data()->counts, step) : nullptr;
}

QString DataMonitor::whyEmpty(const std::string &step) const
{
    if (isRunShown())
        return m_parts.bridge.pipeline().step(step) ? tr("No items.") : tr("It took no part in this run.");
    if (!m_isTrying)
        return tr("What it gives is seen once the pipeline runs.");
    const bool isLeftOut = m_ghost->data() && m_ghost->data()->leftOut.contains(step);
    if (!m_ghost->data() || isLeftOut)
        return tr("What it gives is seen once the pipeline runs: it needs something that isn't tried before, or "
                  "isn't ready yet.");
    return m_ghost->data()->isWhole ? tr("No items.")
                                    : tr("It took too long to be tried; run the pipeline to see more.");
}

} // namespace millrace
