// SPDX-License-Identifier: MIT
#include "pipeline/check/CheckParts.h"
#include "pipeline/check/PipelineIndex.h"

#include <algorithm>

namespace millrace {

namespace {

/// So many looks at steps a check may cost in a large drawing with many steps that hold back; warnings end there.
constexpr size_t MostLooks = 2'000'000;

class RejoinSearch
{
public:
    explicit RejoinSearch(const PipelineIndex &pipelineIndex) : m_survey(pipelineIndex) {}

    bool isWithinBudget() const { return m_looks < MostLooks; }

    /// The step at which what went past `holder` meets what went through it; or none.
    std::optional<size_t> meetingPoint(size_t holder)
    {
        std::vector<size_t> before = spread({holder}, NoStep, false).steps;
        before.erase(before.begin());
        const Reached beside = spread(std::move(before), holder, true);
        for (const size_t step : spread({holder}, NoStep, true).steps) {
            const StepType *type = m_survey.types[step];
            if (beside.isReached[step] && type && type->kind == StepKind::Combine)
                return step;
        }
        return std::nullopt;
    }

    /// The nearest step from which both the stream of a step with several inputs and what is read before that come; or none.
    std::optional<size_t> commonOrigin(size_t step)
    {
        std::vector<size_t> first, others;
        for (const size_t edge : m_survey.runningIn(step)) {
            const bool isFirst = m_survey.link(edge).toPort == m_survey.types[step]->inputPorts.front();
            (isFirst ? first : others).push_back(m_survey.graph.edges()[edge].from);
        }
        const Reached beside = spread(std::move(others), NoStep, false);
        for (const size_t before : spread(std::move(first), NoStep, false).steps)
            if (beside.isReached[before])
                return before;
        return std::nullopt;
    }

private:
    static constexpr size_t NoStep = size_t(-1);
    struct Reached
    {
        std::vector<size_t> steps; ///< nearest first
        std::vector<bool> isReached;
    };

    /// All that is reached from these steps, themselves included, without entering `closed`.
    Reached spread(std::vector<size_t> from, size_t closed, bool forward)
    {
        Reached reached{std::move(from), std::vector<bool>(m_survey.graph.stepCount())};
        for (const size_t step : reached.steps)
            reached.isReached[step] = true;
        for (size_t next = 0; next < reached.steps.size(); ++next) {
            const size_t step = reached.steps[next];
            for (const size_t edge : forward ? m_survey.graph.edgesOut(step) : m_survey.graph.edgesIn(step)) {
                const auto &ends = m_survey.graph.edges()[edge];
                const size_t other = forward ? ends.to : ends.from;
                if (m_survey.isInRun(edge) && other != closed && !reached.isReached[other]) {
                    reached.isReached[other] = true;
                    reached.steps.push_back(other);
                }
            }
        }
        m_looks += reached.steps.size() + reached.isReached.size() / 64;
        return reached;
    }

    const PipelineIndex &m_survey;
    size_t m_looks = 0;
};

} // namespace

void checkRejoiningSplits(const PipelineIndex &pipelineIndex, Problems &problems)
{
    RejoinSearch search(pipelineIndex);
    for (size_t i = 0; i < pipelineIndex.graph.stepCount() && search.isWithinBudget(); ++i) {
        if (!pipelineIndex.isRunning[i] || !pipelineIndex.types[i] || !pipelineIndex.types[i]->holdsBack)
            continue;
        const StepType &type = *pipelineIndex.types[i];
        if (const auto origin = type.hasNamedInputs() ? search.commonOrigin(i) : std::nullopt)
            problems.push_back(problemOf(Severity::Warning, pipelineIndex.step(i).id, {},
                                         Sentence("All its inputs come from \"")
                                             .step(pipelineIndex.step(*origin).id)
                                             .add("\": as \"" + type.inputPorts.back()
                                                  + "\" is read to its end first, "
                                                    "what comes by \""
                                                  + type.inputPorts.front()
                                                  + "\" waits until then, in memory and then in a temporary file.")));
        if (const auto meeting = search.meetingPoint(i))
            problems.push_back(problemOf(
                Severity::Warning, pipelineIndex.step(i).id, {},
                Sentence("It holds items back, while others go past it and wait for them at \"")
                    .step(pipelineIndex.step(*meeting).id)
                    .add("\": the queues on the way there may fill up and are then widened during the run; give "
                         "the steps beside it a larger ")
                    .setting("queueSize")
                    .add(".")));
    }
}

} // namespace millrace
