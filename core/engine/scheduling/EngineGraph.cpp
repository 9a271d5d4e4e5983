// SPDX-License-Identifier: MIT
// How a plan becomes stages: built, linked, ranked, and divided into domains.
#include "data/ExceptionError.h"
#include "engine/scheduling/Engine.h"
#include "engine/stages/SerialStage.h"
#include "engine/stages/SinkStage.h"
#include "engine/stages/SourceStage.h"

#include <algorithm>
#include <deque>
#include <new>

namespace millrace {

namespace {

/// Whether a source or sink works in two phases: its class says so, the parameters don't matter. Without memory to ask there is no
/// run: a step that was taken for the other kind would read or write nothing, and nobody would know.
bool isTwoPhase(const PlannedStep &step)
{
    const Result<bool> asked = caught([&]() -> Result<bool> {
        const auto made = step.make(0);
        if (!made)
            return made.forward();
        if (step.kind == StepKind::Source)
            return static_cast<const Source &>(**made).isTwoPhase();
        return static_cast<const Sink &>(**made).isTwoPhase();
    });
    if (!asked && asked.error().kind == "memory")
        throw std::bad_alloc();
    return asked && *asked; // what else went wrong is said when the step is opened
}

} // namespace

void Engine::buildStages()
{
    uint32_t sources = 0;
    m_stagesOfStep.resize(m_plan.steps.size());
    const auto add = [this](std::unique_ptr<Stage> stage) {
        m_stagesOfStep[size_t(stage->stepIndex())].push_back(stage.get());
        m_stages.push_back(std::move(stage));
        return m_stages.back().get();
    };
    for (int i = 0; i < int(m_plan.steps.size()); ++i) {
        const PlannedStep &step = m_plan.steps[size_t(i)];
        switch (step.kind) {
        case StepKind::Source: {
            const bool hasDecoder = isTwoPhase(step);
            auto *fetch =
                static_cast<SourceStage *>(add(std::make_unique<SourceStage>(*this, step, i, sources++, hasDecoder)));
            m_sources.push_back(fetch);
            if (hasDecoder) {
                Stage *decode = add(std::make_unique<DecodeStage>(*this, step, i, *fetch));
                fetch->addOutput({decode, 0, decode->addInput(fetch)});
            }
            break;
        }
        case StepKind::Transform:
            if (step.isOrdered)
                add(std::make_unique<OrderedStage>(*this, step, i));
            else
                add(std::make_unique<TransformStage>(*this, step, i));
            break;
        case StepKind::Combine: add(std::make_unique<CombineStage>(*this, step, i)); break;
        case StepKind::Sink: {
            auto write = std::make_unique<SinkStage>(*this, step, i);
            m_sinks.push_back(write.get());
            if (isTwoPhase(step)) {
                Stage *encode = add(std::make_unique<EncodeStage>(*this, step, i, *write));
                encode->addOutput({write.get(), 0, write->addInput(encode)});
            }
            add(std::move(write));
            break;
        }
        }
    }
}

void Engine::linkStages()
{
    for (const PlannedLink &link : m_plan.links) {
        Stage *from = m_stagesOfStep[size_t(link.from)].back();
        Stage *to = m_stagesOfStep[size_t(link.to)].front();
        from->addOutput({to, link.port, to->addInput(from)});
    }
    // Rank by topological order: 0 is nearest to the sinks. A cycle was refused by the checker.
    std::map<Stage *, size_t> missing;
    std::deque<Stage *> free;
    for (const auto &stage : m_stages) {
        missing[stage.get()] = stage->producers().size();
        if (stage->producers().empty())
            free.push_back(stage.get());
    }
    int rank = int(m_stages.size());
    while (!free.empty()) {
        Stage *stage = free.front();
        free.pop_front();
        stage->setRank(--rank);
        for (const Stage::Output &output : stage->outputs())
            if (--missing[output.to] == 0)
                free.push_back(output.to);
    }
    std::sort(m_stages.begin(), m_stages.end(), [](const auto &a, const auto &b) { return a->rank() < b->rank(); });
}

void Engine::shareMemory()
{
    size_t queues = 0, holding = 0;
    for (const auto &stage : m_stages) {
        queues += stage->producers().empty() ? 0 : 1;
        holding += dynamic_cast<const SerialStage *>(stage.get()) ? 1 : 0;
    }
    m_queueShare = m_budget.queueShare(queues);
    m_heldShare = m_budget.heldShare(holding);
    for (const auto &stage : m_stages)
        stage->setQueueBytes(stage->plan().queueBytes);
}

void Engine::findDomains()
{
    for (auto at = m_stages.rbegin(); at != m_stages.rend(); ++at) {
        Stage *stage = at->get();
        if (stage->startsDomain()) {
            m_domains.push_back(std::make_unique<Domain>(stage, m_options.bytesUnderWay));
            stage->setDomain(m_domains.back().get());
        } else if (!stage->producers().empty()) {
            stage->setDomain(stage->producers().front()->domain());
        }
        if (auto *serial = dynamic_cast<SerialStage *>(stage))
            serial->prepareInputs();
        for (size_t input = 0; input < stage->producers().size(); ++input) {
            Domain *domain = stage->producers()[input]->domain();
            stage->setInputDomain(uint16_t(input), domain);
            for (Joiner *joiner : stage->joinersOf(uint16_t(input)))
                domain->addJoiner(joiner);
        }
    }
    updateWindows();
}

std::string Engine::nameOf(const SourceStage &source)
{
    const auto told = caught([&]() -> Result<std::string> { return source.source().originName(); });
    return told && !told->empty() ? *told : source.id();
}

std::string Engine::originOf(const Batch &batch, size_t row) const
{
    if (batch.origin.source >= m_sources.size() || !m_sources[batch.origin.source]->isOpened())
        return {};
    const std::string name = nameOf(*m_sources[batch.origin.source]);
    if (const int64_t line = batch.line(row); line > 0)
        return name + " line " + std::to_string(line);
    return name + " item " + std::to_string(batch.origin.firstRow + int64_t(batch.originalRow(row)) + 1);
}

ItemPlaces Engine::placesOf(const Batch &batch) const
{
    ItemPlaces places;
    if (batch.origin.source < m_sources.size() && m_sources[batch.origin.source]->isOpened())
        places.origin = nameOf(*m_sources[batch.origin.source]);
    for (size_t row = 0; row < batch.size(); ++row)
        places.lines.push_back(batch.line(row));
    return places;
}

/// By rank: that of the step, and of what it is in the step where that has two stages.
std::vector<std::string> Engine::namesForTrace() const
{
    std::vector<std::string> names(m_stages.size());
    for (const std::vector<Stage *> &stages : m_stagesOfStep) {
        const bool isSource = !stages.empty() && stages.front()->producers().empty();
        for (size_t i = 0; i < stages.size(); ++i) {
            std::string &name = names[size_t(stages[i]->rank())];
            name = stages[i]->id();
            if (stages.size() > 1)
                name += isSource ? i == 0 ? ": read" : ": decode" : i == 0 ? ": encode" : ": write";
        }
    }
    return names;
}

} // namespace millrace
