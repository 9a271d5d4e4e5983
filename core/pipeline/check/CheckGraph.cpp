// SPDX-License-Identifier: MIT
#include "data/text/NearestName.h"
#include "pipeline/check/CheckParts.h"
#include "pipeline/check/PipelineIndex.h"
#include "pipeline/file/FileKeys.h"

#include <algorithm>
#include <set>

namespace millrace {

namespace {

std::vector<std::string> outputPortsOf(const StepType &type, const PipelineStep &step)
{
    std::vector<std::string> ports = type.portsOf(step.params);
    if (type.hasErrorPort())
        ports.emplace_back("error");
    return ports;
}

std::string listed(const std::vector<std::string> &names)
{
    std::string text;
    for (const std::string &name : names)
        text += (text.empty() ? "\"" : ", \"") + name + '"';
    return text;
}

void checkOutputPort(const PipelineIndex &pipelineIndex, size_t edge, Problems &problems)
{
    const Link &link = pipelineIndex.link(edge);
    const size_t from = pipelineIndex.graph.edges()[edge].from;
    const StepType *type = pipelineIndex.types[from];
    if (!type)
        return;
    const auto ports = outputPortsOf(*type, pipelineIndex.step(from));
    if (link.isKept && link.fromPort == "error")
        problems.push_back(
            problemOf(Severity::Warning, link.fromStep, {},
                      Sentence("What leaves by the error port isn't kept; take \"keep\" out of the link to \"")
                          .step(link.toStep)
                          .add("\".")));
    if (std::ranges::find(ports, link.fromPort) != ports.end())
        return;
    Sentence sentence("It has no output \"" + link.fromPort + "\" for the link to \"");
    sentence.step(link.toStep).add("\"; ");
    if (ports.empty())
        sentence.add("\"").type(type->id).add("\" has no outputs.");
    else
        sentence.add(ports.size() == 1 ? "its only output is " : "its outputs are ").add(listed(ports)).add(".");
    problems.push_back(problemOf(Severity::Error, link.fromStep, {}, sentence));
}

void checkInputPort(const PipelineIndex &pipelineIndex, size_t edge, Problems &problems)
{
    const Link &link = pipelineIndex.link(edge);
    const StepType *type = pipelineIndex.types[pipelineIndex.graph.edges()[edge].to];
    if (!type)
        return;
    if (!type->hasInput())
        problems.push_back(problemOf(Severity::Error, link.toStep, {},
                                     Sentence("\"")
                                         .type(type->id)
                                         .add("\" is a source and has no input; remove the link from \"")
                                         .step(link.fromStep)
                                         .add("\".")));
    else if (std::ranges::find(type->inputPorts, link.toPort) == type->inputPorts.end())
        problems.push_back(problemOf(Severity::Error, link.toStep, {},
                                     Sentence("It has no input \"" + link.toPort + "\" for the link from \"")
                                         .step(link.fromStep)
                                         .add(type->hasNamedInputs() ? "\"; its inputs are " : "\"; its only input is ")
                                         .add(listed(type->inputPorts))
                                         .add(".")));
}

void checkLinkRepeated(const PipelineIndex &pipelineIndex,
                       size_t step,
                       const std::vector<size_t> &in,
                       Problems &problems)
{
    std::set<std::pair<size_t, std::string_view>> seen;
    for (const size_t edge : in) {
        const Link &link = pipelineIndex.link(edge);
        if (!seen.emplace(pipelineIndex.graph.edges()[edge].from, link.fromPort).second)
            problems.push_back(problemOf(Severity::Warning, pipelineIndex.step(step).id, {},
                                         Sentence("It is linked to \"")
                                             .step(link.fromStep)
                                             .add(portAfterStep(link.fromPort, "out"))
                                             .add("\" more than once, so its items come more than once.")));
    }
}

/// One link must lead to each input of a step that has several.
void checkNamedInputs(const PipelineIndex &pipelineIndex, size_t step, Problems &problems)
{
    const auto in = pipelineIndex.runningIn(step);
    for (const std::string &port : pipelineIndex.types[step]->inputPorts) {
        const auto count =
            std::ranges::count_if(in, [&](size_t edge) { return pipelineIndex.link(edge).toPort == port; });
        if (count == 0)
            problems.push_back({Severity::Error,
                                pipelineIndex.step(step).id,
                                {},
                                "Nothing is linked to its input \"" + port + "\"; link a step to it."});
        else if (count > 1)
            problems.push_back({Severity::Error,
                                pipelineIndex.step(step).id,
                                {},
                                "Its input \"" + port + "\" takes one link, and there are " + std::to_string(count)
                                    + "; put a union or merge step before it."});
    }
}

void checkInputs(const PipelineIndex &pipelineIndex, size_t step, Problems &problems)
{
    const StepType &type = *pipelineIndex.types[step];
    const auto in = pipelineIndex.runningIn(step);
    if (type.hasNamedInputs()) {
        checkNamedInputs(pipelineIndex, step, problems);
        return;
    }
    if (type.hasInput() && in.empty())
        problems.push_back({Severity::Error,
                            pipelineIndex.step(step).id,
                            {},
                            "Nothing is linked to its input; link a step to it, or disable it."});
    if (type.kind == StepKind::Combine) {
        checkLinkRepeated(pipelineIndex, step, in, problems);
    } else if (type.hasInput() && in.size() > 1) {
        problems.push_back({Severity::Error,
                            pipelineIndex.step(step).id,
                            {},
                            "Its input takes one link, and there are " + std::to_string(in.size())
                                + "; put a union or merge step before it."});
    }
}

void checkOutputs(const PipelineIndex &pipelineIndex, size_t step, Problems &problems)
{
    const StepType &type = *pipelineIndex.types[step];
    if (!type.hasOutput())
        return;
    const auto out = pipelineIndex.runningOut(step);
    const auto isResult = [&pipelineIndex](size_t edge) { return pipelineIndex.link(edge).fromPort != "error"; };
    if (std::ranges::none_of(out, isResult))
        problems.push_back({Severity::Warning,
                            pipelineIndex.step(step).id,
                            {},
                            "Its results go nowhere and are dropped; link its output, to a write step for instance."});
}

void checkEnds(const PipelineIndex &pipelineIndex, Problems &problems)
{
    const auto runs = [&pipelineIndex](StepKind kind) {
        for (size_t i = 0; i < pipelineIndex.graph.stepCount(); ++i) {
            if (pipelineIndex.isRunning[i] && (!pipelineIndex.types[i] || pipelineIndex.types[i]->kind == kind))
                return true; // an unknown step might be one
        }
        return false;
    };
    if (pipelineIndex.pipeline.steps.empty())
        problems.push_back(
            problemOf(Severity::Error, {}, {},
                      Sentence("The pipeline has no steps; add a source, such as ").type("read.csv").add(".")));
    else if (std::ranges::none_of(pipelineIndex.pipeline.steps, &PipelineStep::isEnabled))
        problems.push_back({Severity::Error, {}, {}, "No step is enabled, so there is nothing to run; enable some."});
    else if (std::ranges::find(pipelineIndex.isRunning, true) == pipelineIndex.isRunning.end())
        problems.push_back(
            {Severity::Error,
             {},
             {},
             "Only disabled steps feed those that are enabled, so there is nothing to run; enable a source."});
    else if (!runs(StepKind::Source))
        problems.push_back(problemOf(Severity::Error, {}, {},
                                     Sentence("The pipeline has no source; add one, such as ")
                                         .type("read.csv")
                                         .add(" or ")
                                         .type("generate")
                                         .add(".")));
    else if (!runs(StepKind::Sink))
        problems.push_back(problemOf(Severity::Warning, {}, {},
                                     Sentence("The pipeline has no sink, so its results are dropped; add one, such as ")
                                         .type("write.csv")
                                         .add(".")));
}

Sentence cycleText(const PipelineIndex &pipelineIndex, const std::vector<size_t> &cycle)
{
    constexpr size_t MostNamed = 8;
    Sentence sentence("Its links go round in a circle: ");
    for (size_t i = 0; i < cycle.size(); ++i) {
        if (i == MostNamed && cycle.size() > MostNamed + 1) {
            sentence.add("… (" + std::to_string(cycle.size() - i) + " more) → ");
            break;
        }
        sentence.step(pipelineIndex.step(cycle[i]).id).add(" → ");
    }
    return sentence.step(pipelineIndex.step(cycle.front()).id).add("; remove one of them.");
}

/// Defaults that route concern every step that says nothing itself: one warning for all.
void checkRoutingByDefault(const PipelineIndex &pipelineIndex, Problems &problems)
{
    if (pipelineIndex.pipeline.defaults.onError != ErrorPolicy::Route)
        return;
    std::string first;
    size_t count = 0;
    for (size_t i = 0; i < pipelineIndex.graph.stepCount(); ++i) {
        const PipelineStep &step = pipelineIndex.step(i);
        if (!pipelineIndex.isRunning[i] || !pipelineIndex.types[i] || !pipelineIndex.types[i]->hasErrorPort()
            || step.onError)
            continue;
        const auto out = pipelineIndex.runningOut(i);
        if (std::ranges::any_of(out,
                                [&pipelineIndex](size_t edge) { return pipelineIndex.link(edge).fromPort == "error"; }))
            continue;
        if (count++ == 0)
            first = step.id;
    }
    if (count > 0)
        problems.push_back(
            problemOf(Severity::Warning, {}, "defaults.onError",
                      Sentence("Items that fail are to leave by the error port, but nothing is linked to that of "
                               + std::to_string(count) + (count == 1 ? " step (" : " steps (the first is "))
                          .step(first)
                          .add("), so they are dropped there.")));
}

} // namespace

void checkGraph(const PipelineIndex &pipelineIndex, Problems &problems)
{
    checkEnds(pipelineIndex, problems);
    for (size_t edge = 0; edge < pipelineIndex.graph.edges().size(); ++edge) {
        if (pipelineIndex.isInRun(edge)) {
            checkOutputPort(pipelineIndex, edge, problems);
            checkInputPort(pipelineIndex, edge, problems);
        }
    }
    for (size_t i = 0; i < pipelineIndex.graph.stepCount(); ++i) {
        if (pipelineIndex.isRunning[i] && pipelineIndex.types[i]) {
            checkInputs(pipelineIndex, i, problems);
            checkOutputs(pipelineIndex, i, problems);
        }
    }
    for (const auto &cycle : pipelineIndex.order.cycles)
        problems.push_back(
            problemOf(Severity::Error, pipelineIndex.step(cycle.front()).id, {}, cycleText(pipelineIndex, cycle)));
    checkRoutingByDefault(pipelineIndex, problems);
}

} // namespace millrace
