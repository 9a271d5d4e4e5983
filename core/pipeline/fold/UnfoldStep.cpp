// SPDX-License-Identifier: MIT
#include "pipeline/fold/UnfoldStep.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "pipeline/fold/MovedPaths.h"
#include "pipeline/layout/Layout.h"
#include "pipeline/Parameters.h"
#include "pipeline/PipelineFile.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace millrace {

namespace {

std::string calledName(const PipelineStep &step)
{
    return inQuotes(step.name.empty() ? step.id : step.name);
}

bool namesParameter(const Value &value)
{
    return toJson(value).find("${") != std::string::npos;
}

/// The folder as fileInside() names it.
std::string behindLinks(const std::string &folder)
{
    std::error_code error;
    const std::filesystem::path path = weaklyCanonicalOf(folder, error);
    return error ? folder : path.string();
}

/// Puts the contents of one file into a drawing.
class StepUnfolder
{
public:
    StepUnfolder(const Pipeline &drawn, const std::string &step, const StepRegistry &registry, std::string folder)
        : m_drawn(drawn), m_step(*drawn.step(step)), m_registry(registry), m_folder(behindLinks(folder))
    {}

    Result<Unfolding> unfold(const std::string &file)
    {
        m_file = file;
        if (auto read = readContents(); !read)
            return read.forward();
        if (auto fit = findEnds(); !fit)
            return fit.forward();
        nameSteps();
        makeSpace();
        for (const PipelineStep &step : m_drawn.steps) {
            if (&step == &m_step)
                addContents();
            else
                m_made.outer.steps.push_back(moved(step));
        }
        for (const Link &link : m_inner.links)
            if (const auto to = m_ids.find(link.toStep); to != m_ids.end())
                addFrom(link, to->second, link.toPort);
        for (const Link &link : m_drawn.links)
            addLink(link);
        return std::move(m_made);
    }

private:
    Result<> readContents()
    {
        const std::string name = inQuotes(fileName(m_file));
        auto loaded = loadPipeline(m_file);
        if (!loaded) {
            const std::string &message = loaded.error().message;
            return failure(ErrorKind::Pipeline, message.starts_with("It ") ? name + message.substr(2) : message);
        }
        for (const Problem &problem : loaded->problems)
            if (problem.severity == Severity::Error)
                return failure(ErrorKind::Pipeline, "In " + fileName(m_file) + ": " + problem.text);
        Pipeline &contents = loaded->pipeline;
        Pipeline neutral = contents; // with values that name no parameter of the drawing
        if (const Value *values = m_step.param("parameters"); values && values->isObject())
            for (const auto &[parameter, value] : values->toObject()) {
                if (!contents.parameter(parameter))
                    return failure(ErrorKind::Pipeline,
                                   "The pipeline " + name + " has no parameter " + inQuotes(parameter) + '.');
                contents.parameter(parameter)->initial = value;
                neutral.parameter(parameter)->initial = namesParameter(value) ? Value("0") : value;
            }
        const FilledPipeline filled(contents, m_registry);
        if (const std::string missing = filled.missing(); !missing.empty())
            return failure(ErrorKind::Pipeline, "In " + fileName(m_file) + ": " + missing);
        m_inner = filled.pipeline();
        m_inner.isFilled = false;
        for (const PipelineStep &step : m_inner.steps) {
            const StepType *type = m_registry.find(step.type);
            if (type && folderOf(m_file) != m_folder && !unmovablePath(step, *type).empty())
                return failure(ErrorKind::Pipeline,
                               "The path of " + inQuotes(step.id)
                                   + " there has a parameter of this pipeline in it, and begins in "
                                     "another folder; only a run knows where it leads.");
        }
        return checkTexts(FilledPipeline(neutral, m_registry).pipeline());
    }

    /// What looks like a parameter of the drawing and isn't meant so would become one.
    Result<> checkTexts(Pipeline texts) const
    {
        texts.isFilled = false;
        texts.parameters = m_drawn.parameters;
        const FilledPipeline again(texts, m_registry);
        for (const PipelineStep &step : texts.steps) {
            const PipelineStep *const seen = again.pipeline().step(step.id);
            const bool isSame = seen && seen->params == step.params && seen->workerArguments == step.workerArguments;
            const bool isWrong = std::ranges::any_of(again.problems(), [&](const Problem &problem) {
                return problem.step == step.id && problem.severity == Severity::Error;
            });
            if (!isSame || isWrong)
                return failure(ErrorKind::Pipeline, "In " + fileName(m_file) + ", " + calledName(step)
                                                        + " has a text with \"${\" that would name a parameter of this "
                                                          "pipeline; change it there first.");
        }
        return {};
    }

    Result<> findEnds()
    {
        const std::string name = inQuotes(fileName(m_file));
        for (const PipelineStep &step : m_inner.steps) {
            const StepType *type = m_registry.find(step.type);
            if (type && type->nesting == Nesting::Input && !std::exchange(m_entry, step.id).empty())
                return failure(ErrorKind::Pipeline, "The pipeline " + name + " has two steps \"input\"; it needs one.");
            if (!type || type->nesting != Nesting::Output)
                continue;
            const Value *given = step.param("port");
            m_exits[given && given->isText() ? std::string(given->toText()) : "out"] = step.id;
        }
        if (m_entry.empty())
            return failure(ErrorKind::Pipeline, "The pipeline " + name + " has no step \"input\"; add one there.");
        for (const Link &link : m_drawn.links)
            if (link.fromStep == m_step.id && link.fromPort != "error" && !m_exits.contains(link.fromPort))
                return failure(ErrorKind::Pipeline, "The pipeline " + name + " has no step \"output\" for the port "
                                                        + inQuotes(link.fromPort) + "; add one there.");
        return {};
    }

    bool isEnd(const std::string &id) const
    {
        return id == m_entry || std::ranges::any_of(m_exits, [&](const auto &exit) { return exit.second == id; });
    }

    void nameSteps()
    {
        std::set<std::string> taken;
        for (const PipelineStep &step : m_drawn.steps)
            if (&step != &m_step)
                taken.insert(step.id);
        m_made.outer = m_drawn;
        m_made.outer.steps.clear();
        m_made.outer.links.clear();
        for (const PipelineStep &step : m_inner.steps) {
            if (isEnd(step.id))
                continue;
            m_ids[step.id] = freeOne(step.id, taken);
            m_made.steps.insert(m_ids[step.id]);
        }
        m_joiner = freeOne("errors", taken);
    }

    static std::string freeOne(const std::string &word, std::set<std::string> &taken)
    {
        std::string id = word;
        for (int number = 2; !taken.insert(id).second; ++number)
            id = word + std::to_string(number);
        return id;
    }

    /// The contents come around where the step stood, right of what is left of it; what is right of it moves on as far as it must.
    void makeSpace()
    {
        const auto places = positionsOf(m_inner);
        Position least{1e300, 1e300}, most{-1e300, -1e300};
        for (size_t i = 0; i < places.size(); ++i) {
            if (isEnd(m_inner.steps[i].id))
                continue;
            least = {std::min(least.x, places[i].x), std::min(least.y, places[i].y)};
            most = {std::max(most.x, places[i].x), std::max(most.y, places[i].y)};
        }
        const auto drawn = positionsOf(m_drawn);
        m_at = drawn[size_t(&m_step - m_drawn.steps.data())];
        if (m_ids.empty())
            return;
        double left = m_at.x - (most.x - least.x) / 2, right = 1e300;
        for (const Position &place : drawn) {
            if (std::abs(place.y - m_at.y) >= (most.y - least.y) / 2 + grid::RowHeight)
                continue; // above or below
            if (place.x < m_at.x)
                left = std::max(left, place.x + grid::ColumnWidth);
            else if (place.x > m_at.x)
                right = std::min(right, place.x);
        }
        const QPointF corner = grid::snapped({left, m_at.y - (most.y - least.y) / 2});
        m_further = std::max(0.0, corner.x() + most.x - least.x + grid::ColumnWidth - right);
        for (size_t i = 0; i < places.size(); ++i)
            m_inner.steps[i].position =
                Position{places[i].x - least.x + corner.x(), places[i].y - least.y + corner.y()};
        for (size_t i = 0; i < drawn.size(); ++i)
            m_places[m_drawn.steps[i].id] = drawn[i];
        const auto follow = [&](auto &entries) {
            for (auto &entry : entries) {
                if (entry.rect.x > m_at.x)
                    entry.rect.x += m_further;
                else if (entry.rect.x + entry.rect.width > m_at.x && entry.rect.y < m_at.y
                         && entry.rect.y + entry.rect.height > m_at.y)
                    entry.rect.width += m_further;
            }
        };
        follow(m_made.outer.frames);
        for (Note &note : m_made.outer.notes)
            if (note.rect.x > m_at.x)
                note.rect.x += m_further;
        const auto bring = [&](auto entries, auto &to) {
            for (auto &entry : entries) {
                entry.rect.x += corner.x() - least.x;
                entry.rect.y += corner.y() - least.y;
                entry.id.clear();
                to.push_back(std::move(entry));
            }
        };
        bring(m_inner.notes, m_made.outer.notes);
        bring(m_inner.frames, m_made.outer.frames);
    }

    PipelineStep moved(PipelineStep step) const
    {
        if (const auto place = m_places.find(step.id);
            place != m_places.end() && m_further > 0 && place->second.x > m_at.x)
            step.position = Position{place->second.x + m_further, place->second.y};
        return step;
    }

    void addContents()
    {
        for (PipelineStep step : m_inner.steps) {
            if (isEnd(step.id))
                continue;
            const StepType *type = m_registry.find(step.type);
            keepSettings(step, type);
            if (type)
                movePaths(step, *type, folderOf(m_file), m_folder);
            step.id = m_ids[step.id];
            m_made.outer.steps.push_back(std::move(step));
        }
    }

    /// Those of its own file, as InlinedPipeline gives them, where the drawing's would be others.
    void keepSettings(PipelineStep &step, const StepType *type) const
    {
        const bool isNested = type && type->nesting == Nesting::Pipeline;
        const ErrorPolicy policy = step.onError.value_or(m_step.onError.value_or(m_inner.defaults.onError));
        if (isNested && !step.onError)
            step.onError = m_step.onError; // it hands it on; its own defaults are for nobody
        if (isNested)
            return;
        if (policy != m_drawn.defaults.onError)
            step.onError = policy;
        if (const int workers = m_inner.workersOf(step); workers != m_drawn.defaults.workers)
            step.workers = workers;
        if (const int size = m_inner.queueSizeOf(step); size != m_drawn.defaults.queueSize)
            step.queueSize = size;
        if (const int retries = m_inner.retriesOf(step); retries != m_drawn.defaults.retries)
            step.retries = retries;
        if (const std::string &runIn = m_inner.runInOf(step); runIn != m_drawn.defaults.runIn)
            step.runIn = runIn;
        if (type && type->kind == StepKind::Source && !step.batching && m_inner.hasBatching)
            step.batching = m_inner.batching;
    }

    /// A link that begins where one of the file does: at a step of its, or at what feeds the step outside.
    void addFrom(const Link &inner, const std::string &toStep, const std::string &toPort, bool isKept = false)
    {
        Link link = inner;
        const auto feeding = std::ranges::find(m_drawn.links, m_step.id, &Link::toStep);
        if (inner.fromStep != m_entry) {
            link.fromStep = m_ids.at(inner.fromStep);
        } else if (feeding == m_drawn.links.end()) {
            return;
        } else {
            link = *feeding;
        }
        link.toStep = toStep;
        link.toPort = toPort;
        link.isKept |= isKept;
        m_made.outer.links.push_back(std::move(link));
    }

    /// A link of the drawing; one from the step becomes what leads to its port within the file.
    void addLink(const Link &link)
    {
        if (link.toStep == m_step.id)
            return;
        if (link.fromStep != m_step.id) {
            m_made.outer.links.push_back(link);
        } else if (link.fromPort == "error") {
            addErrorLinks(link);
        } else {
            for (const Link &last : m_inner.links)
                if (last.toStep == m_exits.at(link.fromPort))
                    addFrom(last, link.toStep, link.toPort, link.isKept);
        }
    }

    void addJoined(const std::string &fromStep, const std::string &fromPort, Link link)
    {
        link.fromStep = fromStep;
        link.fromPort = fromPort;
        m_made.outer.links.push_back(std::move(link));
    }

    /// From the error ports of its steps that lead nowhere within the file.
    void addErrorLinks(const Link &link)
    {
        std::vector<std::string> from;
        for (const PipelineStep &step : m_inner.steps) {
            const StepType *type = m_registry.find(step.type);
            const bool isLinked = std::ranges::any_of(
                m_inner.links, [&](const Link &each) { return each.fromStep == step.id && each.fromPort == "error"; });
            if (m_ids.contains(step.id) && type && type->hasErrorPort() && !isLinked)
                from.push_back(m_ids.at(step.id));
        }
        if (from.size() == 1) {
            addJoined(from.front(), "error", link);
            return;
        }
        if (from.empty())
            return;
        if (!m_made.outer.step(m_joiner)) {
            PipelineStep merge;
            merge.id = m_joiner;
            merge.type = "merge";
            merge.position = Position{m_at.x, m_at.y + grid::RowHeight};
            m_made.outer.steps.push_back(std::move(merge));
            m_made.steps.insert(m_joiner);
            Link error;
            error.toStep = m_joiner;
            for (const std::string &id : from)
                addJoined(id, "error", error);
        }
        addJoined(m_joiner, "out", link);
    }

    const Pipeline &m_drawn;
    const PipelineStep &m_step;
    const StepRegistry &m_registry;
    const std::string m_folder;
    std::string m_file;
    Pipeline m_inner; ///< what is in the file, with its parameters set in
    std::string m_entry;
    std::map<std::string, std::string> m_exits, m_ids; ///< by port, and by id in the file
    std::string m_joiner;                              ///< of errors
    std::map<std::string, Position> m_places;          ///< of the drawing's steps
    Position m_at;                                     ///< of the step
    double m_further = 0;                              ///< how far what is right of it moves
    Unfolding m_made;
};

} // namespace

Result<std::string> fileInside(const Pipeline &drawn,
                               const std::string &step,
                               const StepRegistry &registry,
                               const std::string &folder)
{
    const FilledPipeline filled(drawn, registry);
    const PipelineStep *found = filled.pipeline().step(step);
    const StepType *type = found ? registry.find(found->type) : nullptr;
    if (!type || type->nesting != Nesting::Pipeline)
        return failure(ErrorKind::Pipeline, "Select a step that stands for another pipeline.");
    const Value *given = found->param("file");
    const std::string named = given && given->isText() ? std::string(given->toText()) : std::string();
    if (named.empty())
        return failure(ErrorKind::Pipeline,
                       "The step " + calledName(*found) + " names no file yet; choose one in its settings.");
    if (filled.isOpen(step, "file"))
        return failure(ErrorKind::Pipeline,
                       "The file of " + calledName(*found) + " is a parameter without a value; give it a default.");
    std::error_code error;
    const std::string path = weaklyCanonicalOf(resolvePath(folder, named), error).string();
    if (const std::string problem = readProblem(path); !problem.empty())
        return failure(ErrorKind::Io, problem);
    return path;
}

Result<Unfolding> unfoldStep(const Pipeline &drawn,
                             const std::string &step,
                             const StepRegistry &registry,
                             const std::string &folder)
{
    auto file = fileInside(drawn, step, registry, folder);
    if (!file)
        return file.forward();
    const PipelineStep &found = *drawn.step(step);
    if (!found.isEnabled || found.isBypassed)
        return failure(ErrorKind::Pipeline, "The step " + calledName(found) + " is "
                                                + (found.isBypassed ? "bypassed" : "disabled")
                                                + "; take that back first, for its contents would take part in runs.");
    return StepUnfolder(drawn, step, registry, folder).unfold(*file);
}

} // namespace millrace
