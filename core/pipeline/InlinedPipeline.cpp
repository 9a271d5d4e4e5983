// SPDX-License-Identifier: MIT
#include "pipeline/InlinedPipeline.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "pipeline/Parameters.h"
#include "pipeline/PipelineFile.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace millrace {

namespace {

constexpr size_t MostNested = 10'000; ///< steps that a drawing may become
constexpr size_t MostLevels = 64;     ///< of files within files: they are put in by a function that calls itself

std::string tooMany(const std::string &path)
{
    return "With the steps of " + inQuotes(fileName(path)) + " there would be more than 10,000.";
}

/// Its settings where it doesn't say otherwise are those of its own file.
void keepDefaults(PipelineStep &step, const Pipeline &inner, const StepType *type)
{
    step.workers = inner.workersOf(step);
    step.queueSize = inner.queueSizeOf(step);
    step.retries = inner.retriesOf(step);
    step.runIn = inner.runInOf(step);
    if (type && type->kind == StepKind::Source && !step.batching && inner.hasBatching)
        step.batching = inner.batching;
}

/// Its paths, where its file lies in another folder than the drawing.
void keepPaths(Members &params, const StepType &type, const std::string &folder)
{
    for (const Param &param : type.params) {
        if (param.kind != ParamKind::InputFile && param.kind != ParamKind::OutputFile
            && param.kind != ParamKind::Folder)
            continue;
        const auto given = std::ranges::find(params, param.name, &Members::value_type::first);
        const auto resolved = [&](const Value &path) {
            const bool isPath = path.isText() && !path.toText().empty() && !param.isDatabase;
            return isPath ? Value(resolveFile(folder, std::string(path.toText()))) : path;
        };
        if (given == params.end()) {
            if (param.kind == ParamKind::Folder && type.hasOwnProcess)
                params.emplace_back(param.name, Value(folder)); // where its program works
        } else if (given->second.isList()) {
            List paths;
            std::ranges::transform(given->second.toList(), std::back_inserter(paths), resolved);
            given->second = std::move(paths);
        } else {
            given->second = resolved(given->second);
        }
    }
}

/// Outputs that lead nowhere, as any port that isn't linked.
void leaveOutUnused(Pipeline &whole, const std::map<std::string, InlinedPipeline::Part> &parts)
{
    std::set<std::string> unused;
    for (const auto &[id, part] : parts)
        for (const auto &[port, exit] : part.exits)
            if (std::ranges::find(whole.links, exit, &Link::fromStep) == whole.links.end())
                unused.insert(exit);
    std::erase_if(whole.steps, [&](const PipelineStep &step) { return unused.contains(step.id); });
    std::erase_if(whole.links, [&](const Link &link) { return unused.contains(link.toStep); });
}

} // namespace

/// Puts one drawing's steps into the whole, and those of the files that they name.
class InlinedPipeline::Inliner
{
public:
    Inliner(InlinedPipeline &result, const StepRegistry &registry, Pipeline &whole)
        : m_result(result), m_registry(registry), m_whole(whole)
    {}

    /// `outer`: the step of the drawing that all of this is in; empty: it is the drawing itself. `prefix`: of the ids.
    void add(const Pipeline &pipeline, const std::string &prefix, const std::string &folder, const std::string &outer)
    {
        std::set<std::string> leftOut;
        for (const PipelineStep &step : pipeline.steps) {
            const StepType *type = m_registry.find(step.type);
            const bool isNested = type && type->nesting == Nesting::Pipeline && step.isEnabled && !step.isBypassed;
            if (!isNested)
                addStep(pipeline, step, type, prefix, folder);
            else if (!addFile(step, prefix, folder, outer.empty() ? step.id : outer))
                leftOut.insert(step.id);
        }
        for (const Link &link : pipeline.links)
            if (!leftOut.contains(link.fromStep) && !leftOut.contains(link.toStep))
                addLink(link, prefix);
    }

private:
    struct Loaded
    {
        Pipeline pipeline;
        std::string problem; ///< a sentence; empty: there is none
    };

    void addStep(const Pipeline &pipeline,
                 const PipelineStep &drawn,
                 const StepType *type,
                 const std::string &prefix,
                 const std::string &folder)
    {
        PipelineStep step = drawn;
        step.id = prefix + drawn.id;
        if (!prefix.empty()) {
            keepDefaults(step, pipeline, type);
            if (!step.onError)
                step.onError = m_policy.value_or(pipeline.errorPolicyOf(drawn));
            if (type && folder != m_folder) {
                keepPaths(step.params, *type, folder);
                for (Members &own : step.workerArguments)
                    keepPaths(own, *type, folder);
            }
            if (type && (type->nesting == Nesting::Input || type->nesting == Nesting::Output)) {
                step.type = "identity";
                step.params.clear();
            }
        }
        m_whole.steps.push_back(std::move(step));
    }

    bool wrong(const std::string &outer, std::string text)
    {
        m_result.m_problems.push_back({Severity::Error, outer, "file", std::move(text)});
        return false;
    }

    bool addFile(const PipelineStep &step,
                 const std::string &prefix,
                 const std::string &folder,
                 const std::string &outer)
    {
        const Value *given = step.param("file");
        const std::string named = given && given->isText() ? std::string(given->toText()) : std::string();
        if (named.empty())
            return false; // that it is missing is said of every required parameter
        std::error_code error;
        const std::string path = weaklyCanonicalOf(resolvePath(folder, named), error).string();
        if (std::ranges::find(m_within, path) != m_within.end())
            return wrong(outer, "The pipeline " + inQuotes(fileName(path))
                                    + " contains itself; a pipeline can't be a step of its own.");
        if (m_within.size() >= MostLevels)
            return wrong(outer, "The pipeline " + inQuotes(fileName(path)) + " would be nested more than "
                                    + std::to_string(MostLevels)
                                    + " deep; put the steps of some of the files that lead to it into one.");
        const Loaded &loaded = loadedFrom(path);
        if (!loaded.problem.empty())
            return wrong(outer, loaded.problem);
        if (m_whole.steps.size() + loaded.pipeline.steps.size() > MostNested)
            return wrong(outer, tooMany(path));
        Pipeline inner = loaded.pipeline;
        if (!giveParameters(step, inner, path, outer))
            return false;
        const FilledPipeline filled(inner, m_registry);
        if (const std::string missing = filled.missing(); !missing.empty())
            return wrong(outer, "In " + fileName(path) + ": " + missing);
        Part part;
        part.file = path;
        if (!findEnds(filled.pipeline(), prefix + step.id + '/', part, step, outer))
            return false;
        m_result.m_parts[prefix + step.id] = part;
        const auto policy = m_policy;
        if (step.onError)
            m_policy = step.onError;
        m_within.push_back(path);
        add(filled.pipeline(), prefix + step.id + '/', folderOf(path), outer);
        m_within.pop_back();
        m_policy = policy;
        return true;
    }

    /// A file is read once, however many steps name it, also one that is refused.
    const Loaded &loadedFrom(const std::string &path)
    {
        const auto [entry, isNew] = m_loaded.try_emplace(path);
        Loaded &its = entry->second;
        if (!isNew)
            return its;
        auto loaded = loadPipeline(path);
        if (!loaded) {
            its.problem = loaded.error().message;
            return its;
        }
        const auto wrong = std::ranges::find(loaded->problems, Severity::Error, &Problem::severity);
        if (wrong != loaded->problems.end())
            its.problem = "In " + fileName(path) + ": " + wrong->text;
        else if (m_whole.steps.size() + loaded->pipeline.steps.size() > MostNested)
            its.problem = tooMany(path); // and will be later: it needn't be kept
        else
            its.pipeline = std::move(loaded->pipeline);
        return its;
    }

    /// What the step's "parameters" say, in place of the file's defaults.
    bool giveParameters(const PipelineStep &step, Pipeline &inner, const std::string &path, const std::string &outer)
    {
        const Value *values = step.param("parameters");
        if (!values || !values->isObject())
            return true;
        for (const auto &[name, value] : values->toObject()) {
            PipelineParameter *parameter = inner.parameter(name);
            if (!parameter)
                return wrong(outer,
                             "The pipeline " + inQuotes(fileName(path)) + " has no parameter " + inQuotes(name) + '.');
            parameter->initial = value;
        }
        return true;
    }

    bool findEnds(const Pipeline &inner,
                  const std::string &prefix,
                  Part &part,
                  const PipelineStep &step,
                  const std::string &outer)
    {
        const std::string name = inQuotes(fileName(part.file));
        for (const PipelineStep &each : inner.steps) {
            const StepType *type = m_registry.find(each.type);
            if (type && type->nesting == Nesting::Input && !std::exchange(part.entry, prefix + each.id).empty())
                return wrong(outer, "The pipeline " + name + " has two steps \"input\"; it needs one.");
            if (!type || type->nesting != Nesting::Output)
                continue;
            const Value *given = each.param("port");
            const std::string port = given && given->isText() ? std::string(given->toText()) : "out";
            if (!part.exits.emplace(port, prefix + each.id).second)
                return wrong(outer, "The pipeline " + name + " has two steps \"output\" for the port " + inQuotes(port)
                                        + "; join what comes to them with \"merge\" or \"union\".");
        }
        if (part.entry.empty())
            return wrong(outer, "The pipeline " + name
                                    + " has no step \"input\", by which the items of this step would enter; add one.");
        const StepType *type = m_registry.find(step.type);
        for (const std::string &port : type->portsOf(step.params))
            if (!part.exits.contains(port))
                return wrong(outer, "The pipeline " + name + " has no step \"output\" for the port " + inQuotes(port)
                                        + "; add one, or leave the port out.");
        return true;
    }

    void addLink(const Link &drawn, const std::string &prefix)
    {
        Link link = drawn;
        link.fromStep = prefix + drawn.fromStep;
        link.toStep = prefix + drawn.toStep;
        if (const auto to = m_result.m_parts.find(link.toStep); to != m_result.m_parts.end()) {
            link.toStep = to->second.entry;
            link.toPort = "in";
        }
        const auto from = m_result.m_parts.find(link.fromStep);
        if (from == m_result.m_parts.end()) {
            m_whole.links.push_back(std::move(link));
        } else if (link.fromPort == "error") {
            addErrorLinks(from->first, link);
        } else if (const auto exit = from->second.exits.find(link.fromPort); exit != from->second.exits.end()) {
            link.fromStep = exit->second;
            link.fromPort = "out";
            m_whole.links.push_back(std::move(link));
        }
    }

    /// From the error ports of its steps that lead nowhere within its file.
    void addErrorLinks(const std::string &part, const Link &link)
    {
        const std::string prefix = part + '/', joiner = prefix + "errors";
        std::set<std::string> linked;
        for (const Link &each : m_whole.links)
            if (each.fromPort == "error")
                linked.insert(each.fromStep);
        std::vector<std::string> from;
        for (const PipelineStep &step : m_whole.steps) {
            const StepType *type = m_registry.find(step.type);
            if (step.id.starts_with(prefix) && type && type->hasErrorPort() && !linked.contains(step.id))
                from.push_back(step.id);
        }
        PipelineStep merge;
        merge.id = joiner;
        merge.type = "merge";
        m_whole.steps.push_back(std::move(merge));
        for (const std::string &id : from) {
            Link error;
            error.fromStep = id;
            error.fromPort = "error";
            error.toStep = joiner;
            m_whole.links.push_back(std::move(error));
        }
        Link on = link;
        on.fromStep = joiner;
        on.fromPort = "out";
        m_whole.links.push_back(std::move(on));
    }

    InlinedPipeline &m_result;
    const StepRegistry &m_registry;
    Pipeline &m_whole;
    std::optional<ErrorPolicy> m_policy;    ///< of the innermost step "pipeline" that says one
    std::vector<std::string> m_within;      ///< the files that are being put in, outermost first
    std::map<std::string, Loaded> m_loaded; ///< by path

public:
    std::string m_folder; ///< of the drawing
};

InlinedPipeline::InlinedPipeline(const Pipeline &filled, const StepRegistry &registry, const std::string &folder)
    : m_drawn(filled)
{
    const bool hasAny = std::ranges::any_of(filled.steps, [&](const PipelineStep &step) {
        const StepType *type = registry.find(step.type);
        return type && type->nesting == Nesting::Pipeline;
    });
    if (!hasAny)
        return;
    Pipeline whole = filled;
    whole.steps.clear();
    whole.links.clear();
    whole.isFilled = true;
    Inliner inliner(*this, registry, whole);
    inliner.m_folder = folder;
    inliner.add(filled, {}, folder, {});
    leaveOutUnused(whole, m_parts);
    m_inlined = std::move(whole);
}

Problem InlinedPipeline::asDrawn(Problem problem) const
{
    const size_t end = problem.step.rfind('/');
    const auto part = end == std::string::npos ? m_parts.end() : m_parts.find(problem.step.substr(0, end));
    if (part == m_parts.end())
        return problem;
    const std::string inner = problem.step.substr(end + 1);
    problem.text = "In " + fileName(part->second.file) + ", step " + inQuotes(inner) + ": " + problem.text;
    problem.step = problem.step.substr(0, problem.step.find('/'));
    problem.param = "file";
    problem.mentions.clear();
    return problem;
}

std::string_view drawnId(const Pipeline &pipeline, std::string_view id, std::string_view seenFrom)
{
    if (!pipeline.isFilled)
        return id;
    const size_t end = seenFrom.rfind('/');
    const std::string_view prefix = seenFrom.substr(0, end == std::string_view::npos ? 0 : end + 1);
    if (id.starts_with(prefix))
        id.remove_prefix(prefix.size());
    return id.substr(0, id.find('/'));
}

} // namespace millrace
