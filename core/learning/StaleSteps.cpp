// SPDX-License-Identifier: MIT
#include "learning/StaleSteps.h"

#include "data/text/Quote.h"
#include "engine/RunPlan.h"
#include "pipeline/check/PipelineIndex.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace millrace {

namespace {

constexpr size_t MostNamed = 3; // changes in one sentence

bool isSame(const Value &left, const Value &right)
{
    return left == right || isSameNumber(left, right);
}

/// The value that a parameter has, given or by default.
Value valueOf(const PipelineStep &step, const Param &param)
{
    const Value *given = step.param(param.name);
    return given ? *given : param.defaultValue;
}

bool hasPathOfData(const StepType &type, const Param &param)
{
    return type.kind == StepKind::Source && (param.kind == ParamKind::InputFile || param.kind == ParamKind::Folder);
}

/// How batches are cut makes a difference only where items are dropped or added at the end.
bool changesItems(const Batching &batching)
{
    return batching.incomplete != Batching::Incomplete::Keep;
}

/// A pipeline as its data flow.
class Flow
{
public:
    Flow(const Pipeline &pipeline, const StepRegistry &registry) : m_survey(pipeline, registry) {}

    const Pipeline &pipeline() const { return m_survey.pipeline; }
    const PipelineStep &step(size_t index) const { return m_survey.step(index); }
    const StepType *type(size_t index) const { return m_survey.types[index]; }
    std::optional<size_t> running(const std::string &id) const
    {
        const auto index = m_survey.graph.indexOf(id);
        return index && m_survey.isRunning[*index] ? index : std::nullopt;
    }
    bool isBypassed(size_t index) const
    {
        return step(index).isBypassed && (!type(index) || type(index)->kind == StepKind::Transform);
    }
    bool learns(size_t index) const
    {
        return m_survey.isRunning[index] && type(index) && mustLearn(step(index), *type(index));
    }
    /// Nothing feeds it here, and yet it is no source: its source was left out.
    bool isOpen(size_t index) const
    {
        return type(index) && type(index)->hasInput() && m_survey.runningIn(index).empty();
    }
    /// The ports that feed a step, in the order of its branches or inputs where that makes a difference.
    std::vector<std::pair<std::string, std::string>> feeds(size_t index) const
    {
        std::vector<std::pair<std::string, std::string>> ports;
        std::vector<size_t> edges = m_survey.runningIn(index);
        const bool isByInput = type(index) && type(index)->hasNamedInputs();
        if (isByInput)
            std::ranges::stable_sort(edges, {}, [this](size_t edge) { return m_survey.link(edge).toPort; });
        for (const size_t edge : edges)
            ports.emplace_back(m_survey.link(edge).fromStep, m_survey.link(edge).fromPort);
        if (!isByInput && (!type(index) || type(index)->kind != StepKind::Combine))
            std::sort(ports.begin(), ports.end());
        return ports;
    }
    /// The step, and all that feeds it from near or far. What feeds a step with `isEnd` isn't looked for.
    std::set<std::string> upstream(size_t from, const std::function<bool(const std::string &)> &isEnd) const
    {
        std::set<std::string> found{step(from).id};
        std::vector<size_t> next{from};
        while (!next.empty()) {
            const size_t index = next.back();
            next.pop_back();
            if (isEnd(step(index).id))
                continue;
            for (const size_t edge : m_survey.runningIn(index)) {
                const size_t feeding = m_survey.graph.edges()[edge].from;
                if (found.insert(step(feeding).id).second)
                    next.push_back(feeding);
            }
        }
        return found;
    }

private:
    const PipelineIndex m_survey;
};

/// What differs between a pipeline as it was and as it is.
class Comparison
{
public:
    Comparison(const Flow &then, const Flow &now, const std::function<std::string(const std::string &)> &nameOf)
        : m_then(then), m_now(now), m_nameOf(nameOf)
    {}

    /// Empty, or a sentence about a step that runs in both.
    std::string sentenceOf(const std::string &id) const
    {
        const auto wasOpen = [this](const std::string &step) {
            const auto index = m_then.running(step);
            return index && m_then.isOpen(*index);
        };
        const auto before = m_then.upstream(*m_then.running(id), [](const std::string &) { return false; });
        const auto after = m_now.upstream(*m_now.running(id), wasOpen);
        std::vector<std::string> changes;
        const auto add = [&](const std::string &step, const std::string &change) {
            if (!change.empty())
                changes.push_back((step == id ? "it" : inQuotes(nameOf(step))) + ' ' + change);
        };
        for (const PipelineStep &step : m_then.pipeline().steps) {
            if (before.contains(step.id) && !after.contains(step.id))
                add(step.id, whyGone(step.id));
        }
        for (const PipelineStep &step : m_now.pipeline().steps) {
            if (after.contains(step.id) && !before.contains(step.id))
                add(step.id, whyNew(step.id));
        }
        const bool isOtherwise = !changes.empty(); // so some link has to be another one
        for (const PipelineStep &step : m_now.pipeline().steps) {
            if (before.contains(step.id) && after.contains(step.id))
                add(step.id, change(step.id, !isOtherwise && !wasOpen(step.id)));
        }
        return changes.empty() ? std::string()
                               : inQuotes(nameOf(id)) + " learnt before " + listed(changes)
                                     + "; fit again, or it goes on with what it learnt then.";
    }

private:
    std::string nameOf(const std::string &id) const { return m_nameOf ? m_nameOf(id) : id; }

    std::string whyGone(const std::string &id) const
    {
        const PipelineStep *step = m_now.pipeline().step(id);
        if (!step)
            return "was taken out";
        return m_now.running(id) ? "no longer fed it" : "was switched off";
    }
    std::string whyNew(const std::string &id) const
    {
        const PipelineStep *step = m_then.pipeline().step(id);
        return step && !m_then.running(id) ? "was switched on" : "was put before it";
    }

    std::string change(const std::string &id, bool withLinks) const
    {
        const size_t then = *m_then.running(id), now = *m_now.running(id);
        if (m_then.isBypassed(then) != m_now.isBypassed(now))
            return m_now.isBypassed(now) ? "was bypassed" : "was no longer bypassed";
        if (!m_now.isBypassed(now)) {
            if (typeIdOf(m_then, then) != typeIdOf(m_now, now))
                return "became a " + inQuotes(m_now.step(now).type);
            if (const std::string names = changedSettings(then, now); !names.empty())
                return "was changed (" + names + ')';
        }
        return withLinks && m_then.feeds(then) != m_now.feeds(now) ? "was linked otherwise" : "";
    }
    /// As the type is called today, also where the file has a former id.
    static const std::string &typeIdOf(const Flow &flow, size_t index)
    {
        return flow.type(index) ? flow.type(index)->id : flow.step(index).type;
    }

    std::string changedSettings(size_t thenIndex, size_t nowIndex) const
    {
        const PipelineStep &then = m_then.step(thenIndex), &now = m_now.step(nowIndex);
        std::string names;
        const auto add = [&names](const std::string &name) { names += (names.empty() ? "" : ", ") + name; };
        const StepType *type = m_now.type(nowIndex);
        if (!type) {
            if (then.params != now.params)
                add("its settings");
            return names;
        }
        for (const Param &param : type->params) {
            if (!hasPathOfData(*type, param) && !isSame(valueOf(then, param), valueOf(now, param)))
                add(param.name);
        }
        if (then.workerArguments != now.workerArguments)
            add("workerArguments");
        if (type->kind == StepKind::Source) {
            const Batching &before = m_then.pipeline().batchingOf(then), &after = m_now.pipeline().batchingOf(now);
            if ((changesItems(before) || changesItems(after)) && before != after)
                add("batching");
        }
        return names;
    }

    static std::string listed(const std::vector<std::string> &changes)
    {
        std::string text;
        const size_t shown = std::min(MostNamed, changes.size());
        for (size_t i = 0; i < shown; ++i) {
            const bool isLast = i + 1 == shown && shown == changes.size();
            text += (i == 0 ? "" : isLast ? " and " : ", ") + changes[i];
        }
        if (changes.size() > shown)
            text += " and " + std::to_string(changes.size() - shown) + " more were changed";
        return text;
    }

    const Flow &m_then, &m_now;
    const std::function<std::string(const std::string &)> &m_nameOf;
};

} // namespace

Problems staleSteps(const Pipeline &fitted,
                    const Pipeline &now,
                    const StepRegistry &registry,
                    const std::function<std::string(const std::string &id)> &nameOf)
{
    const Flow before(fitted, registry), after(now, registry);
    const Comparison comparison(before, after, nameOf);
    Problems stale;
    for (size_t i = 0; i < now.steps.size(); ++i) {
        const std::string &id = now.steps[i].id;
        if (!after.learns(i) || !after.running(id) || !before.running(id))
            continue;
        if (std::string sentence = comparison.sentenceOf(id); !sentence.empty())
            stale.push_back({Severity::Warning, id, {}, std::move(sentence)});
    }
    return stale;
}

} // namespace millrace
