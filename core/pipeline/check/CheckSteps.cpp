// SPDX-License-Identifier: MIT
#include "data/FieldLimit.h"
#include "data/text/NearestName.h"
#include "pipeline/check/Checker.h"
#include "pipeline/check/CheckParts.h"
#include "pipeline/check/FieldFlow.h"
#include "pipeline/check/PipelineIndex.h"
#include "remote/WorkerPlaces.h"
#include "steps/Secret.h"

#include <algorithm>

namespace millrace {

namespace {

std::string unknownParamText(const std::string &name, const StepType &type, std::string_view where)
{
    std::vector<std::string> names;
    for (const Param &param : type.params)
        names.push_back(param.name);
    std::string text =
        '"' + type.id + "\" has no parameter \"" + name + "\"" + std::string(where) + ", so it has no effect";
    if (const std::string nearest = nearestName(name, names); !nearest.empty())
        return text + "; did you mean \"" + nearest + "\"?";
    return text + '.';
}

/// Looks at one step and says what is wrong with its settings.
class StepCheck
{
public:
    StepCheck(const PipelineIndex &pipelineIndex, size_t index, const std::string &folder, Problems &problems)
        : m_survey(pipelineIndex)
        , m_index(index)
        , m_step(pipelineIndex.step(index))
        , m_type(pipelineIndex.types[index])
        , m_folder(folder)
        , m_problems(problems)
    {}

    void check()
    {
        if (!m_type) {
            checkUnknownType();
            return;
        }
        checkBypass();
        if (!m_step.isBypassed) {
            checkParams();
            checkWorkers();
            checkWorkerArguments();
            checkErrorPolicy();
        }
        checkBatching();
    }

private:
    void error(std::string param, std::string text) { add(Severity::Error, std::move(param), std::move(text)); }
    void warn(std::string param, std::string text) { add(Severity::Warning, std::move(param), std::move(text)); }
    void add(Severity severity, std::string param, std::string text)
    {
        m_problems.push_back({severity, m_step.id, std::move(param), std::move(text)});
    }

    std::string quotedType() const { return '"' + m_type->id + '"'; }

    void checkUnknownType()
    {
        if (m_step.type.empty())
            return;
        std::string text = "The step type \"" + m_step.type + "\" is unknown to this version of Millrace";
        if (const std::string nearest = m_survey.registry.nearest(m_step.type); !nearest.empty())
            text += "; did you mean \"" + nearest + "\"?";
        else
            text += "; update Millrace, or choose another step.";
        error("type", std::move(text));
    }

    void checkBypass()
    {
        if (m_step.isBypassed && m_type->kind != StepKind::Transform)
            error("bypass", quotedType() + " can't be bypassed, for nothing would take its place; disable it instead.");
    }

    void checkParams()
    {
        for (const auto &[name, value] : m_step.params) {
            if (!m_type->param(name))
                warn(name, unknownParamText(name, *m_type, {}));
        }
        for (StepProblem &problem : paramProblems(m_step.params, *m_type))
            error(std::move(problem.param), std::move(problem.text));
        for (const Param &param : m_type->params)
            if (const Value *value = m_step.param(param.name))
                checkSecret(param, *value, param.name, {});
    }

    /// Whether what a reference refers to is there, and whether what sounds like a secret is one.
    void checkSecret(const Param &param, const Value &value, const std::string &blamed, const std::string &where)
    {
        if (param.isSecret)
            checkReference(value, blamed, where + '"' + param.name + '"');
        if (param.isCredential && value.isText())
            if (const auto credential = credentialFrom(value.toText()))
                checkReference(credential->secret.toValue(), blamed, where + '"' + param.name + '"');
        if (!param.holdsSecrets || !value.isObject())
            return;
        for (const auto &[name, member] : value.toObject()) {
            checkReference(member, blamed, where + name);
            if (member.isText() && !member.toText().empty() && soundsSecret(name))
                warn(blamed,
                     where + name
                         + " sounds like a secret, and whoever gets the file can read it; write where it is instead, "
                           "{\"env\": \"NAME\"} or {\"file\": \"path\"}.");
        }
    }

    void checkReference(const Value &value, const std::string &blamed, const std::string &what)
    {
        if (const auto reference = secretReferenceOf(value))
            if (const std::string problem = secretProblem(*reference, m_folder); !problem.empty())
                error(blamed, what + ": " + problem);
    }

    void checkWorkers()
    {
        const int most = mostWorkersOf(*m_type);
        if (m_step.workers && most > 0 && *m_step.workers > most)
            error("workers", workersText(*m_step.workers, most));
        checkPlace();
    }

    void checkPlace()
    {
        const std::string &name = m_survey.pipeline.runInOf(m_step);
        const WorkerPlace *place = workerPlace(name);
        if (!place)
            error("runIn", "\"runIn\" can't be \"" + name + "\"; this build knows " + workerPlaceNames("and") + '.');
        else if (m_step.runIn && !place->takes(*m_type))
            warn("runIn", quotedType() + " runs in threads all the same: " + std::string(place->takesOnly) + '.');
    }

    std::string workersText(int workers, int most) const
    {
        const std::string count = std::to_string(workers) + " workers";
        if (m_type->isOrdered)
            return quotedType() + " needs its batches one at a time, in order, so it can't have " + count
                   + "; set workers to 1.";
        return quotedType() + " can have at most " + std::to_string(most) + (most == 1 ? " worker" : " workers")
               + ", not " + std::to_string(workers) + "; set fewer.";
    }

    void checkWorkerArguments()
    {
        const auto &sets = m_step.workerArguments;
        const int workers = m_survey.pipeline.workersOf(m_step);
        if (sets.size() > size_t(workers))
            error("workerArguments", "There are " + std::to_string(sets.size()) + " sets of worker arguments for "
                                         + std::to_string(workers) + (workers == 1 ? " worker" : " workers")
                                         + "; set workers to " + std::to_string(sets.size()) + " or remove some.");
        for (size_t i = 0; i < sets.size(); ++i) {
            const std::string where = " (in the arguments of worker " + std::to_string(i + 1) + ")";
            for (const auto &[name, value] : sets[i]) {
                const Param *param = m_type->param(name);
                if (!param)
                    warn("workerArguments", unknownParamText(name, *m_type, where));
                else if (std::string problem = param->problemOf(value); !problem.empty())
                    error("workerArguments", "Worker " + std::to_string(i + 1) + ": " + problem);
                else
                    checkSecret(*param, value, "workerArguments", "Worker " + std::to_string(i + 1) + ": ");
            }
            if (m_type->portsOf(laidOver(m_step.params, sets[i])) != m_type->portsOf(m_step.params))
                error("workerArguments", "Worker " + std::to_string(i + 1)
                                             + ": its outputs would be others than the step's; give \""
                                             + m_type->portsParam + "\" the same outputs in the same order.");
        }
    }

    void checkErrorPolicy()
    {
        const auto out = m_survey.runningOut(m_index);
        const bool isErrorLinked =
            std::ranges::any_of(out, [this](size_t edge) { return m_survey.link(edge).fromPort == "error"; });
        const bool routes = m_survey.pipeline.errorPolicyOf(m_step) == ErrorPolicy::Route;
        if (routes && !m_type->hasErrorPort()) {
            if (m_step.onError)
                warn("onError", quotedType()
                                    + " has no error port, so items that fail can't be routed and are dropped; use "
                                      "\"skip\" or \"stop\".");
        } else if (routes && !isErrorLinked && m_step.onError) {
            warn("onError", "Items that fail are to leave by the error port, but nothing is linked to it, so they are "
                            "dropped; link it, or use \"skip\".");
        } else if (!routes && isErrorLinked && m_type->hasErrorPort()) {
            warn("onError", "Nothing leaves by the linked error port, for onError is \""
                                + std::string(errorPolicyName(m_survey.pipeline.errorPolicyOf(m_step)))
                                + "\"; set it to \"route\".");
        }
    }

    void checkBatching()
    {
        if (m_step.batching && m_type->kind != StepKind::Source)
            warn("batching", "Only sources cut batches; the batching of this step has no effect.");
    }

    const PipelineIndex &m_survey;
    const size_t m_index;
    const PipelineStep &m_step;
    const StepType *m_type;
    const std::string &m_folder;
    Problems &m_problems;
};

} // namespace

int mostWorkersOf(const StepType &type)
{
    return type.isOrdered ? 1 : type.mostWorkers;
}

std::vector<StepProblem> paramProblems(const Members &params, const StepType &type)
{
    std::vector<StepProblem> problems;
    for (const Param &param : type.params) {
        const auto found = std::ranges::find(params, param.name, &Members::value_type::first);
        if (std::string problem = param.problemOf(found == params.end() ? Value() : found->second); !problem.empty())
            problems.push_back({true, param.name, std::move(problem)});
    }
    return problems;
}

void checkStepSettings(const PipelineIndex &pipelineIndex,
                       const std::string &folder,
                       const std::stop_token &stop,
                       Problems &problems)
{
    for (size_t i = 0; i < pipelineIndex.graph.stepCount(); ++i) {
        if (pipelineIndex.isRunning[i])
            StepCheck(pipelineIndex, i, folder, problems).check();
    }
    const auto visit = [&](size_t index, const Step &step, const CheckContext &context) {
        std::vector<StepProblem> found;
        step.check(context, found);
        for (StepProblem &problem : found)
            problems.push_back({problem.isError ? Severity::Error : Severity::Warning, pipelineIndex.step(index).id,
                                std::move(problem.param), std::move(problem.text)});
    };
    const WalkedFields walked = walkFields(pipelineIndex, folder, visit, stop);
    for (size_t i = 0; i < walked.isTooMuch.size(); ++i) {
        if (walked.isTooMuch[i])
            problems.push_back({Severity::Error,
                                pipelineIndex.step(i).id,
                                {},
                                "The branches have more than " + std::to_string(MostFields)
                                    + " fields together, which is too much for an item; leave fewer to them with a "
                                      "step \"select\"."});
    }
    for (const auto &[index, error] : walked.thrown)
        problems.push_back(
            {Severity::Error, pipelineIndex.step(index).id, {}, "It can't be checked: " + error.message});
}

} // namespace millrace
