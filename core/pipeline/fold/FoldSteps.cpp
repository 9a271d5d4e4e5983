// SPDX-License-Identifier: MIT
#include "pipeline/fold/FoldSteps.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "pipeline/fold/MovedPaths.h"
#include "pipeline/Graph.h"
#include "pipeline/layout/Layout.h"
#include "pipeline/Parameters.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace millrace {

namespace {

/// A step's output port.
using Port = std::pair<std::string, std::string>;

Problems whyNot(const std::string &step, const Sentence &sentence)
{
    return {problemOf(Severity::Error, step, {}, sentence)};
}

/// The ports outside that lead in, in the order of the links.
std::vector<Port> portsInto(const Pipeline &drawn, const std::set<std::string> &steps)
{
    std::vector<Port> ports;
    for (const Link &link : drawn.links) {
        Port port{link.fromStep, link.fromPort};
        if (steps.contains(link.toStep) && !steps.contains(link.fromStep)
            && std::ranges::find(ports, port) == ports.end())
            ports.push_back(std::move(port));
    }
    return ports;
}

/// A step outside that gets items from these and gives them back. Nothing: there is none.
std::optional<std::string> stepBetween(const Pipeline &drawn, const std::set<std::string> &steps)
{
    const Graph graph(drawn);
    const auto reach = [&](bool isForward) {
        std::vector<bool> isReached(drawn.steps.size(), false);
        std::vector<size_t> open;
        for (size_t i = 0; i < drawn.steps.size(); ++i)
            if (steps.contains(drawn.steps[i].id))
                open.push_back(i);
        while (!open.empty()) {
            const size_t step = open.back();
            open.pop_back();
            for (const size_t edge : isForward ? graph.edgesOut(step) : graph.edgesIn(step)) {
                const size_t next = isForward ? graph.edges()[edge].to : graph.edges()[edge].from;
                if (!isReached[next] && !steps.contains(drawn.steps[next].id)) {
                    isReached[next] = true;
                    open.push_back(next);
                }
            }
        }
        return isReached;
    };
    const std::vector<bool> isBehind = reach(true), isBefore = reach(false);
    for (size_t i = 0; i < drawn.steps.size(); ++i)
        if (isBehind[i] && isBefore[i])
            return drawn.steps[i].id;
    return std::nullopt;
}

/// Whether it calls fields by the ids of the steps that it is fed by.
bool namesByBranch(const PipelineStep &step, const StepType *type)
{
    const Value *mode = step.param("mode");
    return type && type->kind == StepKind::Combine && mode && *mode == Value("fields");
}

/// What stands in the way in single steps.
Problems whyNoStep(const Pipeline &drawn, const FoldedPart &part, const StepRegistry &registry)
{
    const bool hasOwnFolder = !part.file.empty() && folderOf(part.file) != part.folder;
    for (const PipelineStep &step : drawn.steps) {
        const StepType *type = part.steps.contains(step.id) ? registry.find(step.type) : nullptr;
        if (!type)
            continue;
        if (type->nesting == Nesting::Input || type->nesting == Nesting::Output)
            return whyNot(step.id, Sentence("\"").step(step.id).add(
                                       type->nesting == Nesting::Input
                                           ? "\" is where items come into this pipeline; leave it out of the selection."
                                           : "\" is where items leave this pipeline; leave it out of the selection."));
        if (const std::string name = hasOwnFolder ? unmovablePath(step, *type) : std::string(); !name.empty())
            return whyNot(step.id,
                          Sentence("The path of \"")
                              .step(step.id)
                              .add("\" has a parameter in it and begins in the folder of this pipeline; save the new "
                                   "one in the same folder."));
    }
    return {};
}

} // namespace

Problems whyNoFold(const Pipeline &drawn, const FoldedPart &part, const StepRegistry &registry)
{
    if (part.steps.empty())
        return whyNot({}, Sentence("Select the steps that are to be folded into a pipeline of their own."));
    if (Problems found = whyNoStep(drawn, part, registry); !found.empty())
        return found;
    const std::vector<Port> into = portsInto(drawn, part.steps);
    if (into.empty())
        return whyNot({}, Sentence("Nothing leads into the selection from outside, and a step \"pipeline\" gets its "
                                   "items from others; leave the source out of the selection."));
    if (const auto between = stepBetween(drawn, part.steps))
        return whyNot(*between, Sentence("\"").step(*between).add("\" gets items from the selection and gives them "
                                                                  "back, so that there would be a circle; select it "
                                                                  "too."));
    if (into.size() > 1)
        return whyNot(into[1].first, Sentence("A step \"pipeline\" has one input, and the selection gets items from \"")
                                         .step(into[0].first)
                                         .add("\" and from \"")
                                         .step(into[1].first)
                                         .add("\"; select one of them too, or leave out what joins them."));
    for (const Link &link : drawn.links) {
        const PipelineStep *to = drawn.step(link.toStep);
        if (part.steps.contains(link.fromStep) && to && !part.steps.contains(link.toStep)
            && namesByBranch(*to, registry.find(to->type)))
            return whyNot(to->id, Sentence("\"")
                                      .step(to->id)
                                      .add("\" may name fields after \"")
                                      .step(link.fromStep)
                                      .add("\", which would be another name from outside; select both, or none."));
    }
    return {};
}

namespace {

/// Makes the two halves.
class StepFolder
{
public:
    StepFolder(const Pipeline &drawn, const FoldedPart &part, const StepRegistry &registry)
        : m_drawn(drawn), m_part(part), m_registry(registry), m_positions(positionsOf(drawn))
    {
        m_made.outer = drawn;
        m_made.outer.steps.clear();
        m_made.outer.links.clear();
        m_made.inner.name = std::filesystem::path(part.file).stem().string();
        m_made.inner.defaults = drawn.defaults;
        m_made.inner.hasDefaults = drawn.hasDefaults;
        m_made.step = freeId(drawn, m_made.inner.name);
    }

    Folding fold()
    {
        shareSteps();
        shareNotes();
        addInput();
        for (const Link &link : m_drawn.links)
            shareLink(link);
        if (m_ports.empty())
            addOutput(usualEnd());
        shareParameters();
        PipelineStep &step = *m_made.outer.step(m_made.step);
        step.name = m_made.inner.name;
        step.setParam("file", Value(pathFrom(m_part.folder, m_part.file)));
        if (!m_handed.empty())
            step.setParam("parameters", m_handed);
        if (m_ports != List{Value("out")})
            step.setParam("ports", m_ports);
        return std::move(m_made);
    }

private:
    static std::string wordFrom(const std::string &name)
    {
        std::string word;
        for (const char c : name)
            word += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ? c : '_';
        return word.empty() ? "part" : word;
    }

    static std::string freeId(const Pipeline &pipeline, const std::string &name)
    {
        const std::string word = wordFrom(name);
        std::string id = word;
        for (int number = 2; pipeline.step(id); ++number)
            id = word + std::to_string(number);
        return id;
    }

    /// The step "pipeline" comes in the place of the first, in the middle of all.
    void shareSteps()
    {
        Position least{1e300, 1e300}, most{-1e300, -1e300};
        for (size_t i = 0; i < m_drawn.steps.size(); ++i) {
            if (!m_part.steps.contains(m_drawn.steps[i].id)) {
                m_made.outer.steps.push_back(m_drawn.steps[i]);
                continue;
            }
            if (!m_made.outer.step(m_made.step)) {
                PipelineStep step;
                step.id = m_made.step;
                step.type = "pipeline";
                m_made.outer.steps.push_back(std::move(step));
            }
            least = {std::min(least.x, m_positions[i].x), std::min(least.y, m_positions[i].y)};
            most = {std::max(most.x, m_positions[i].x), std::max(most.y, m_positions[i].y)};
        }
        const QPointF middle = grid::snapped({(least.x + most.x) / 2, (least.y + most.y) / 2});
        m_made.outer.step(m_made.step)->position = Position{middle.x(), middle.y()};
        // Within the new file all begins at its upper left corner, the input in a column of its own.
        m_shift = {grid::ColumnWidth + 2 * grid::Step - least.x, 4 * grid::Step - least.y};
        m_right = most.x + m_shift.x + grid::ColumnWidth;
        for (size_t i = 0; i < m_drawn.steps.size(); ++i)
            if (m_part.steps.contains(m_drawn.steps[i].id))
                addInner(m_drawn.steps[i], m_positions[i]);
    }

    void addInner(PipelineStep step, Position position)
    {
        step.position = Position{position.x + m_shift.x, position.y + m_shift.y};
        if (const StepType *type = m_registry.find(step.type))
            movePaths(step, *type, m_part.folder, folderOf(m_part.file));
        m_made.inner.steps.push_back(std::move(step));
    }

    template <class Entry>
    void share(const std::vector<Entry> &all,
               const NoteIds &chosen,
               std::vector<Entry> &outer,
               std::vector<Entry> &inner)
    {
        outer.clear();
        for (const Entry &entry : all) {
            if (!chosen.contains(entry.id)) {
                outer.push_back(entry);
                continue;
            }
            inner.push_back(entry);
            inner.back().rect.x += m_shift.x;
            inner.back().rect.y += m_shift.y;
        }
    }

    void shareNotes()
    {
        share(m_drawn.notes, m_part.notes, m_made.outer.notes, m_made.inner.notes);
        share(m_drawn.frames, m_part.frames, m_made.outer.frames, m_made.inner.frames);
    }

    /// Called as what feeds it is called outside: a union may name fields after it.
    void addInput()
    {
        const Port from = portsInto(m_drawn, m_part.steps).front();
        const auto first = std::ranges::find_if(m_drawn.links, [&](const Link &link) {
            return link.fromStep == from.first && m_part.steps.contains(link.toStep);
        });
        PipelineStep input;
        input.id = m_input = from.first;
        input.type = "input";
        input.position = Position{2 * grid::Step, m_made.inner.step(first->toStep)->position->y};
        m_made.inner.steps.insert(m_made.inner.steps.begin(), std::move(input));
    }

    void shareLink(const Link &link)
    {
        const bool isFromInner = m_part.steps.contains(link.fromStep), isToInner = m_part.steps.contains(link.toStep);
        if (isFromInner && isToInner) {
            m_made.inner.links.push_back(link);
        } else if (isToInner) {
            Link inner = link;
            inner.fromStep = m_input;
            inner.fromPort = "out";
            inner.unknown.clear();
            inner.isKept = false; // what comes in is kept outside
            m_made.inner.links.push_back(std::move(inner));
            if (std::exchange(m_isFed, true))
                return;
            Link outer = link;
            outer.toStep = m_made.step;
            outer.toPort = "in";
            m_made.outer.links.push_back(std::move(outer));
        } else if (isFromInner) {
            Link outer = link;
            outer.fromPort = portFor({link.fromStep, link.fromPort});
            outer.fromStep = m_made.step;
            m_made.outer.links.push_back(std::move(outer));
        } else {
            m_made.outer.links.push_back(link);
        }
    }

    const std::string &portFor(const Port &from)
    {
        const auto known = m_portOf.find(from);
        return known != m_portOf.end() ? known->second : addOutput(from);
    }

    /// A step "output" for what leaves by that port; returns what it is called outside.
    const std::string &addOutput(const Port &from)
    {
        const std::string port = freePort(from);
        m_ports.emplace_back(port);
        PipelineStep output;
        output.id = freeId(m_made.inner, port);
        output.type = "output";
        if (port != "out")
            output.setParam("port", Value(port));
        Position place{m_right, m_made.inner.step(from.first)->position->y};
        const auto isTaken = [&](const PipelineStep &step) { return step.position == place; };
        while (std::ranges::any_of(m_made.inner.steps, isTaken))
            place.y += grid::RowHeight;
        output.position = place;
        Link link;
        link.fromStep = from.first;
        link.fromPort = from.second;
        link.toStep = output.id;
        m_made.inner.links.push_back(std::move(link));
        m_made.inner.steps.push_back(std::move(output));
        return m_portOf[from] = port;
    }

    /// The first that is no special port is "out"; others are called as inside, or after their step. "error" is another thing outside.
    std::string freePort(const Port &from) const
    {
        const auto isFree = [&](const std::string &port) {
            return std::ranges::find(m_ports, Value(port)) == m_ports.end();
        };
        std::string port = from.second;
        if (port == "error")
            port = from.first + "-error";
        else if (!isFree(port))
            port = port == "out" ? from.first : from.first + '-' + port;
        const std::string word = port;
        for (int number = 2; !isFree(port) || port == "error"; ++number)
            port = word + std::to_string(number);
        return port;
    }

    /// Where nothing leaves, what ends in the selection goes on: each step "pipeline" has an output.
    Port usualEnd() const
    {
        for (const PipelineStep &step : m_made.inner.steps) {
            const auto leads = std::ranges::find(m_made.inner.links, step.id, &Link::fromStep);
            const auto led = std::ranges::find(m_made.inner.links, step.id, &Link::toStep);
            const StepType *type = m_registry.find(step.type);
            if (leads != m_made.inner.links.end() || !type)
                continue;
            if (type->hasOutput())
                return {step.id, type->portsOf(step.params).front()};
            if (led != m_made.inner.links.end())
                return {led->fromStep, led->fromPort};
        }
        return {m_input, "out"};
    }

    void shareParameters()
    {
        if (m_drawn.parameters.empty())
            return;
        m_made.inner.parameters = m_drawn.parameters;
        const FilledPipeline filled(m_made.inner, m_registry);
        std::vector<PipelineParameter> used;
        for (PipelineParameter &parameter : m_made.inner.parameters) {
            if (!filled.uses(parameter.name))
                continue;
            m_handed.emplace_back(parameter.name, Value("${" + parameter.name + '}'));
            parameter.given.reset();
            used.push_back(parameter);
        }
        m_made.inner.parameters = std::move(used);
        m_made.inner.hasParameters = !m_made.inner.parameters.empty();
    }

    const Pipeline &m_drawn;
    const FoldedPart &m_part;
    const StepRegistry &m_registry;
    std::vector<Position> m_positions;
    Folding m_made;
    Position m_shift;     ///< from the drawing into the new file
    double m_right = 0;   ///< the column of the outputs
    std::string m_input;  ///< id
    bool m_isFed = false; ///< it has its link outside
    List m_ports;         ///< outside, in the order of the links
    std::map<Port, std::string> m_portOf;
    Members m_handed;
};

} // namespace

Folding foldSteps(const Pipeline &drawn, const FoldedPart &part, const StepRegistry &registry)
{
    return StepFolder(drawn, part, registry).fold();
}

} // namespace millrace
