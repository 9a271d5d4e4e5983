// SPDX-License-Identifier: MIT
#include "engine/scheduling/GraphBuilder.h"

#include "data/errors/ExceptionError.h"
#include "engine/stages/CombineStage.h"
#include "engine/stages/SerialStage.h"
#include "engine/stages/SideInputStage.h"
#include "engine/stages/SinkStage.h"
#include "engine/stages/SourceStage.h"

#include <algorithm>
#include <deque>
#include <map>
#include <new>
#include <utility>

namespace millrace {

namespace {

constexpr uint64_t MostInUnbounded = 65'536; ///< batches of an unbounded queue that wait for an earlier one

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
    if (!asked && asked.error().kind == ErrorKind::Memory)
        throw std::bad_alloc();
    return asked && *asked; // what else went wrong is said when the step is opened
}

/// Adds stages to a graph, in the order of the steps.
class GraphBuilder
{
public:
    GraphBuilder(StageHost &host, const RunPlan &plan, StageGraph &graph) : m_host(host), m_plan(plan), m_graph(graph)
    {
        m_graph.stagesOfStep.resize(plan.steps.size());
    }

    void addStep(int index);

private:
    void addSource(const PlannedStep &step, int index);
    void addSink(const PlannedStep &step, int index);
    template <class Added>
    Added &add(std::unique_ptr<Added> stage)
    {
        Added &added = *stage;
        m_graph.stagesOfStep[size_t(added.stepIndex())].push_back(&added);
        m_graph.stages.push_back(std::move(stage));
        return added;
    }

    StageHost &m_host;
    const RunPlan &m_plan;
    StageGraph &m_graph;
};

void GraphBuilder::addStep(int index)
{
    const PlannedStep &step = m_plan.steps[size_t(index)];
    switch (step.kind) {
    case StepKind::Source: addSource(step, index); break;
    case StepKind::Transform:
        if (step.inputPorts.size() > 1)
            add(std::make_unique<SideInputStage>(m_host, step, index));
        else if (step.isOrdered)
            add(std::make_unique<OrderedStage>(m_host, step, index));
        else
            add(std::make_unique<TransformStage>(m_host, step, index));
        break;
    case StepKind::Combine: add(std::make_unique<CombineStage>(m_host, step, index)); break;
    case StepKind::Sink: addSink(step, index); break;
    }
}

void GraphBuilder::addSource(const PlannedStep &step, int index)
{
    const bool hasDecoder = isTwoPhase(step);
    const auto number = uint32_t(m_graph.sources.size());
    SourceStage &fetch = add(std::make_unique<SourceStage>(m_host, step, index, number, hasDecoder));
    m_graph.sources.push_back(&fetch);
    if (!hasDecoder)
        return;
    DecodeStage &decode = add(std::make_unique<DecodeStage>(m_host, step, index, fetch));
    fetch.outlets().add({&decode, 0, decode.addInput(&fetch)});
}

void GraphBuilder::addSink(const PlannedStep &step, int index)
{
    auto write = std::make_unique<SinkStage>(m_host, step, index);
    m_graph.sinks.push_back(write.get());
    if (isTwoPhase(step)) {
        EncodeStage &encode = add(std::make_unique<EncodeStage>(m_host, step, index, *write));
        encode.outlets().add({write.get(), 0, write->addInput(&encode)});
    }
    add(std::move(write));
}

void linkStages(StageGraph &graph, const std::vector<PlannedLink> &links)
{
    for (const PlannedLink &link : links) {
        Stage *from = graph.stagesOfStep[size_t(link.from)].back();
        Stage *to = graph.stagesOfStep[size_t(link.to)].front();
        from->outlets().add({to, link.port, to->addInput(from)});
    }
}

/// By topological order: 0 is nearest to the sinks. A cycle was refused by the checker.
void rankStages(std::vector<std::unique_ptr<Stage>> &stages)
{
    std::map<Stage *, size_t> missing;
    std::deque<Stage *> free;
    for (const auto &stage : stages) {
        missing[stage.get()] = stage->producers().size();
        if (stage->producers().empty())
            free.push_back(stage.get());
    }
    int rank = int(stages.size());
    while (!free.empty()) {
        Stage *stage = free.front();
        free.pop_front();
        stage->setRank(--rank);
        for (const Outlets::Output &output : stage->outlets().all())
            if (--missing[output.to] == 0)
                free.push_back(output.to);
    }
    std::sort(stages.begin(), stages.end(), [](const auto &a, const auto &b) { return a->rank() < b->rank(); });
}

} // namespace

StageGraph::StageGraph() = default;
StageGraph::~StageGraph() = default;
StageGraph::StageGraph(StageGraph &&) noexcept = default;
StageGraph &StageGraph::operator=(StageGraph &&) noexcept = default;

StageGraph buildGraph(StageHost &host, const RunPlan &plan)
{
    StageGraph graph;
    GraphBuilder maker(host, plan, graph);
    for (int i = 0; i < int(plan.steps.size()); ++i)
        maker.addStep(i);
    linkStages(graph, plan.links);
    if (const int most = host.options().samples; most > 0)
        for (const std::vector<Stage *> &stages : graph.stagesOfStep)
            if (!stages.empty() && stages.back()->plan().kind != StepKind::Sink)
                stages.back()->outlets().keepSamples(size_t(most));
    rankStages(graph.stages);
    return graph;
}

size_t countQueues(const StageGraph &graph)
{
    return size_t(std::count_if(graph.stages.begin(), graph.stages.end(),
                                [](const auto &stage) { return !stage->producers().empty(); }));
}

size_t countHolding(const StageGraph &graph)
{
    return size_t(std::count_if(graph.stages.begin(), graph.stages.end(), [](const auto &stage) {
        return dynamic_cast<const SerialStage *>(stage.get()) != nullptr;
    }));
}

void findDomains(StageGraph &graph, uint64_t bytesUnderWay)
{
    for (auto at = graph.stages.rbegin(); at != graph.stages.rend(); ++at) {
        Stage *stage = at->get();
        if (stage->startsDomain()) {
            graph.domains.push_back(std::make_unique<Domain>(stage, bytesUnderWay));
            stage->setDomain(graph.domains.back().get());
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
    updateWindows(graph);
}

void updateWindows(const StageGraph &graph)
{
    // Room for all that the queues between steps and the workers of a domain can hold, so that the window is never what limits a
    // run. The queues within a step (between reading and decoding, encoding and writing) share that room. Where batches are
    // large, at least for each worker one to be at work on and one that waits for it, and for the largest queue to be full.
    struct Need
    {
        uint64_t window = 0, workers = 0, largest = 0;
        bool isJoined = false; ///< branches join: what one holds back the others must have room for
    };
    std::map<Domain *, Need> needs;
    const auto add = [&](Domain *domain, uint64_t batches) { needs[domain].window += batches; };
    for (const auto &stage : graph.stages) {
        uint32_t before = 0;
        for (const Stage *producer : stage->producers())
            before += uint32_t(producer->workers());
        stage->queue().setLeast(before);
        stage->scheduleProducers();
        const uint32_t bound = stage->queue().bound();
        for (const Stage *producer : stage->producers()) {
            const uint64_t own = producer->stepIndex() == stage->stepIndex() ? 0 : bound;
            add(producer->domain(), std::min(own, MostInUnbounded) + uint64_t(stage->workers()));
            Need &need = needs[producer->domain()];
            need.workers += uint64_t(stage->workers());
            need.largest = std::max(need.largest, std::min<uint64_t>(bound, MostInUnbounded));
            need.isJoined |= stage->producers().size() > 1;
        }
        if (stage->startsDomain())
            add(stage->domain(), 2);
    }
    for (const auto &[domain, need] : needs) {
        domain->enlarge(need.window, need.isJoined ? Domain::Open : std::max(2 * need.workers, need.largest) + 2);
        domain->head()->schedule();
    }
}

std::vector<std::string> stageNames(const StageGraph &graph)
{
    std::vector<std::string> names(graph.stages.size());
    for (const std::vector<Stage *> &stages : graph.stagesOfStep) {
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
