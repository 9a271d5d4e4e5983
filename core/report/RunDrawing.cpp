// SPDX-License-Identifier: MIT
#include "report/RunDrawing.h"

#include "pipeline/layout/Layout.h"
#include "report/Html.h"
#include "report/ShownSettings.h"
#include "report/TextRoom.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <vector>

namespace millrace {

namespace {

// As on the canvas, in pixels at 100 %.
constexpr double CardWidth = 168, CardHeight = 76, CardPadding = 14, FirstPort = 42, PortsApart = 20, PortSize = 4.5;
constexpr double NameSize = 13, SmallSize = 11, NoteLine = 17, PaperMargin = 30;
constexpr size_t MostNoteLines = 60;
constexpr double LoopWidth = 56, LoopRoom = 160, LoopHeight = 90; // of a link that goes back

struct DrawnStep
{
    const PipelineStep &step;
    const StepType *type;
    const StepSample *sample; ///< null: it took no part
    double x = 0, y = 0;
    std::vector<std::string> outputs{};
    bool hasErrorPort = false;

    size_t inputs() const { return type && type->hasInput() ? type->inputPorts.size() : type ? 0 : 1; }
    double height() const
    {
        const size_t ports = std::max(outputs.size() + (hasErrorPort ? 1 : 0), inputs());
        return std::max(CardHeight, FirstPort + (double(ports) - 1) * PortsApart + 14);
    }
    double portAt(size_t index) const { return y + FirstPort + double(index) * PortsApart; }
    double errorPort() const { return std::max(y + height() - 17, portAt(outputs.size())); }
};

struct Place
{
    double x = 0, y = 0;
};

std::string numberText(double number)
{
    return decimalText(number, 1);
}

std::string pointText(double x, double y)
{
    return numberText(x) + ' ' + numberText(y);
}

std::string attribute(std::string_view name, double number)
{
    return ' ' + std::string(name) + "=\"" + numberText(number) + '"';
}

/// "3,376 → 263", shorter where that is too wide for a card.
std::string resultText(const StepSample &step)
{
    const auto text = [](uint64_t count) {
        return count < 10'000'000 ? countText(count) : decimalText(double(count) / 1e6, 1) + " M";
    };
    if (step.isSource || step.isSink)
        return text(step.itemsDone()) + (step.itemsDone() == 1 ? " item" : " items");
    return text(step.itemsIn) + " → " + text(step.itemsOut);
}

std::string_view familyStyle(const StepType *type)
{
    if (!type)
        return "simulate";
    switch (type->family) {
    case Family::Source: return "source";
    case Family::Transform: return "transform";
    case Family::Filter: return "transform";
    case Family::Script: return "script";
    case Family::Combine: return "combine";
    case Family::Model: return "model";
    case Family::Sink: return "sink";
    case Family::Simulate: break;
    }
    return "simulate";
}

/// Two round turns and a way back where it leads to the left, else an S.
std::string linkPathOf(Place from, Place to)
{
    const double across = to.x - from.x, down = std::abs(to.y - from.y);
    const std::string start = "M" + pointText(from.x, from.y) + " C";
    if (across > 0) {
        const double bend = std::max(across / 2, std::min(24.0, down / 2));
        return start + pointText(from.x + bend, from.y) + ' ' + pointText(to.x - bend, to.y) + ' '
               + pointText(to.x, to.y);
    }
    const double height = down >= LoopRoom ? (from.y + to.y) / 2 : std::max(from.y, to.y) + LoopHeight;
    return start + pointText(from.x + LoopWidth, from.y) + ' ' + pointText(from.x + LoopWidth, height) + ' '
           + pointText((from.x + to.x) / 2, height) + " C" + pointText(to.x - LoopWidth, height) + ' '
           + pointText(to.x - LoopWidth, to.y) + ' ' + pointText(to.x, to.y);
}

class DrawingWriter
{
public:
    explicit DrawingWriter(const DrawnRun &run) : m_run(run) { place(); }

    std::string write()
    {
        for (const Frame &frame : m_run.pipeline.frames)
            writeFrame(frame);
        for (const Link &link : m_run.pipeline.links)
            writeLink(link);
        for (const Note &note : m_run.pipeline.notes)
            writeNote(note);
        for (const DrawnStep &step : m_steps)
            writeStep(step);
        if (m_right < m_left)
            return "<p class=\"muted\">Nothing is drawn.</p>";
        const double width = m_right - m_left + 2 * PaperMargin, height = m_bottom - m_top + 2 * PaperMargin;
        const size_t count = m_steps.size();
        // As large as on the canvas where the page has room, else smaller, but never so that it can't be read.
        return "<svg class=\"run\" role=\"img\" aria-label=\"The pipeline: " + std::to_string(count)
               + (count == 1 ? " step" : " steps") + "\" viewBox=\""
               + pointText(m_left - PaperMargin, m_top - PaperMargin) + ' ' + pointText(width, height) + '"'
               + attribute("width", width) + attribute("height", height)
               + " style=\"min-width: " + numberText(width * 0.6) + "px\">" + m_svg + "</svg>";
    }

private:
    void place()
    {
        const auto positions = positionsOf(m_run.pipeline);
        for (size_t i = 0; i < m_run.pipeline.steps.size(); ++i) {
            const PipelineStep &step = m_run.pipeline.steps[i];
            const auto sample = std::ranges::find(m_run.sample.steps, step.id, &StepSample::id);
            DrawnStep drawn{step, m_run.registry.find(step.type),
                            sample == m_run.sample.steps.end() ? nullptr : &*sample, positions[i].x, positions[i].y};
            if (drawn.type && drawn.type->hasOutput())
                drawn.outputs = drawn.type->portsOf(step.params);
            m_index.emplace(step.id, m_steps.size());
            m_steps.push_back(std::move(drawn));
        }
        for (const Link &link : m_run.pipeline.links) {
            if (const auto from = m_index.find(link.fromStep); from != m_index.end() && link.fromPort == "error")
                m_steps[from->second].hasErrorPort = true;
            ++m_linksTo[link.toStep];
        }
        for (const StepSample &step : m_run.sample.steps)
            m_mostItems = std::max(m_mostItems, std::max(step.itemsIn, step.itemsOut));
    }

    void include(double left, double top, double right, double bottom)
    {
        m_left = std::min(m_left, left);
        m_top = std::min(m_top, top);
        m_right = std::max(m_right, right);
        m_bottom = std::max(m_bottom, bottom);
    }

    void text(std::string_view style, Place at, const std::string &words)
    {
        m_svg += "<text class=\"" + std::string(style) + '"' + attribute("x", at.x) + attribute("y", at.y) + '>'
                 + htmlText(words) + "</text>";
    }

    void rectangle(std::string_view style, const Rectangle &rect, double radius)
    {
        m_svg += "<rect class=\"" + std::string(style) + '"' + attribute("x", rect.x) + attribute("y", rect.y)
                 + attribute("width", rect.width) + attribute("height", rect.height) + attribute("rx", radius) + "/>";
    }

    void writeFrame(const Frame &frame)
    {
        const Rectangle &at = frame.rect;
        constexpr std::array words{"blue", "green", "amber", "red", "purple", "teal"};
        const auto known = std::ranges::find(words, frame.color);
        rectangle(known == words.end() ? "frame" : "frame " + std::string(*known), at, 10);
        text("strong", {at.x + 12, at.y + 20}, elidedText(frame.text, NameSize, at.width - 24));
        include(at.x, at.y, at.x + at.width, at.y + at.height);
    }

    /// Its Markdown as plain text: without the marks of headings, code and bold words.
    void writeNote(const Note &note)
    {
        std::string plain;
        for (size_t i = 0; i < note.text.size(); ++i) {
            const char c = note.text[i];
            const bool isMark = c == '`' || c == '*' || (c == '#' && (plain.empty() || plain.back() == '\n'));
            if (!isMark && !(c == ' ' && (plain.empty() || plain.back() == '\n')))
                plain += c;
        }
        auto lines = wrappedLines(plain, NameSize * 0.92, std::max(note.rect.width - 12, 60.0));
        lines.resize(std::min(lines.size(), MostNoteLines));
        const double height = double(lines.size()) * NoteLine;
        rectangle("mark", {note.rect.x, note.rect.y, 2.5, height + 2}, 1);
        for (size_t i = 0; i < lines.size(); ++i)
            text("note", {note.rect.x + 12, note.rect.y + 13 + double(i) * NoteLine}, lines[i]);
        include(note.rect.x, note.rect.y, note.rect.x + note.rect.width, note.rect.y + height);
    }

    void writeLink(const Link &link)
    {
        const auto from = m_index.find(link.fromStep), to = m_index.find(link.toStep);
        if (from == m_index.end() || to == m_index.end())
            return;
        const DrawnStep &source = m_steps[from->second], &target = m_steps[to->second];
        const bool isError = link.fromPort == "error";
        const auto port = std::ranges::find(source.outputs, link.fromPort);
        const size_t output = port == source.outputs.end() ? 0 : size_t(port - source.outputs.begin());
        size_t input = 0;
        if (target.type) {
            const auto found = std::ranges::find(target.type->inputPorts, link.toPort);
            input = found == target.type->inputPorts.end() ? 0 : size_t(found - target.type->inputPorts.begin());
        }
        const Place start{source.x + CardWidth, isError ? source.errorPort() : source.portAt(output)};
        const Place end{target.x, target.portAt(input)};
        m_svg += "<path class=\"" + std::string(isError ? "wire failed-items" : "wire") + "\" stroke-width=\""
                 + numberText(isError ? 1.5 : 1.5 + 3.5 * std::sqrt(flowOf(link, source, target))) + "\" d=\""
                 + linkPathOf(start, end) + "\"/>";
        if (end.x <= start.x)
            include(end.x - LoopWidth, end.y, start.x + LoopWidth, std::max(start.y, end.y) + LoopHeight);
    }

    /// Of the most that went anywhere, 0 to 1.
    double flowOf(const Link &link, const DrawnStep &source, const DrawnStep &target) const
    {
        const auto links = m_linksTo.find(link.toStep);
        const bool isOnly = target.sample && links != m_linksTo.end() && links->second == 1;
        const uint64_t items = isOnly ? target.sample->itemsIn : source.sample ? source.sample->itemsOut : 0;
        return m_mostItems > 0 ? std::min(1.0, double(items) / double(m_mostItems)) : 0;
    }

    void writeStep(const DrawnStep &drawn)
    {
        const StepSample *sample = drawn.sample;
        const bool isLimit = sample && m_run.limit && m_run.limit->isClear && m_run.limit->isAt(drawn.step.id);
        const bool hasFailed = sample && m_run.failureStep == drawn.step.id;
        const std::string name = shownStepName(drawn.step, m_run.registry);
        const std::string summary = shownSummary(drawn.type, drawn.step);
        m_svg += std::string("<g") + (sample ? ">" : " class=\"left-out\">") + "<title>" + htmlText(name)
                 + (summary.empty() ? "" : ": " + htmlText(summary)) + "</title>";
        const Rectangle card{drawn.x, drawn.y, CardWidth, drawn.height()};
        rectangle(hasFailed ? "step bad-edge" : isLimit ? "step warn-edge" : "step", card, 8);
        rectangle(familyStyle(drawn.type), {card.x + 5, card.y + 8, 3.5, card.height - 16}, 1.7);
        const double room = CardWidth - 2 * CardPadding;
        text("strong", {card.x + CardPadding, card.y + 23}, elidedText(name, NameSize, room));
        text("small", {card.x + CardPadding, card.y + 40}, elidedText(summary, SmallSize, room));
        writeResult(drawn);
        if (isLimit)
            writeBadge({card.x, card.y - 25}, "limits the run", false);
        if (sample && sample->errors > 0) {
            const std::string errors = countText(sample->errors) + " failed";
            writeBadge({card.x + CardWidth + 9 - guessedWidth(errors, SmallSize) - 16, card.y - 9}, errors, hasFailed);
        }
        writePorts(drawn);
        m_svg += "</g>\n";
        include(card.x, card.y - (isLimit ? 25 : 9), card.x + CardWidth + 9, card.y + card.height);
    }

    void writeResult(const DrawnStep &drawn)
    {
        const double line = drawn.y + drawn.height() - 12;
        if (!drawn.sample) {
            text("small", {drawn.x + CardPadding, line}, drawn.step.isEnabled ? "took no part" : "switched off");
            return;
        }
        const StepSample &step = *drawn.sample;
        const std::string result = resultText(step);
        const double all = m_run.sample.activeSeconds * std::max(step.workers, 1) * 1e9;
        const std::string busy =
            all > 0 ? "busy " + decimalText(std::min(100.0, 100 * double(step.busy) / all), 0) + " %" : "";
        const double room = CardWidth - CardPadding - 12 - guessedWidth(result, SmallSize) - 4;
        if (guessedWidth(busy, SmallSize) <= room)
            text("small", {drawn.x + CardPadding, line}, busy);
        text("result", {drawn.x + CardWidth - 12, line}, result);
    }

    void writeBadge(Place at, const std::string &words, bool isBad)
    {
        const double width = guessedWidth(words, SmallSize) + 16;
        rectangle(isBad ? "bad-badge" : "badge", {at.x, at.y, width, 18}, 9);
        text(isBad ? "on-bad" : "on-badge", {at.x + width / 2, at.y + 13}, words);
    }

    void writePorts(const DrawnStep &drawn)
    {
        const auto port = [this](Place at, bool isError) {
            m_svg += std::string("<circle class=\"") + (isError ? "port failed-items" : "port") + '"'
                     + attribute("cx", at.x) + attribute("cy", at.y) + attribute("r", PortSize) + "/>";
        };
        for (size_t i = 0; i < drawn.inputs(); ++i)
            port({drawn.x, drawn.portAt(i)}, false);
        for (size_t i = 0; i < drawn.outputs.size(); ++i) {
            const Place at{drawn.x + CardWidth, drawn.portAt(i)};
            port(at, false);
            if (drawn.outputs.size() > 1)
                text("label", {at.x + 8, at.y - 4}, elidedText(drawn.outputs[i], SmallSize, 64));
        }
        if (drawn.hasErrorPort)
            port({drawn.x + CardWidth, drawn.errorPort()}, true);
    }

    const DrawnRun &m_run;
    std::vector<DrawnStep> m_steps;
    std::unordered_map<std::string_view, size_t> m_index, m_linksTo;
    uint64_t m_mostItems = 0;
    double m_left = 1e9, m_top = 1e9, m_right = -1e9, m_bottom = -1e9;
    std::string m_svg;
};

} // namespace

std::string drawRun(const DrawnRun &run)
{
    return DrawingWriter(run).write();
}

std::string_view runDrawingStyle()
{
    return R"(
.run { display: block; max-width: 100%; height: auto; font: 13px system-ui, sans-serif; }
.run text { fill: var(--text); } .run .strong { font-weight: 600; } .run .note { fill: var(--muted); font-size: 12px; }
.run .small { font-size: 11px; fill: var(--muted); } .run .result { font-size: 11px; font-weight: 600; text-anchor: end; }
.run .label { font-size: 11px; fill: var(--muted); stroke: var(--paper); stroke-width: 4px; paint-order: stroke; }
.run .step { fill: var(--paper); stroke: var(--edge); } .run .left-out { opacity: 0.45; }
.run .warn-edge { stroke: var(--amber); stroke-width: 2; } .run .bad-edge { stroke: var(--bad); stroke-width: 2; }
.run .mark { fill: var(--accent); }
.run .frame { fill: #8b95a5; stroke: #8b95a5; fill-opacity: 0.1; stroke-opacity: 0.5; }
.run .blue { fill: #3d7dd8; stroke: #3d7dd8; } .run .green { fill: #3f9a5c; stroke: #3f9a5c; }
.run .amber { fill: #d99a2b; stroke: #d99a2b; } .run .red { fill: #cf5a50; stroke: #cf5a50; }
.run .purple { fill: #7a5bd0; stroke: #7a5bd0; } .run .teal { fill: #2d9aa0; stroke: #2d9aa0; }
.run .wire { fill: none; stroke: var(--wire); } .run .port { fill: var(--paper); stroke: var(--edge); stroke-width: 1.5; }
.run .failed-items { stroke: var(--bad); } .run path.failed-items { stroke-dasharray: 5 3.5; }
.run .badge { fill: var(--amber); } .run .bad-badge { fill: var(--bad); }
.run .on-badge, .run .on-bad { font-size: 11px; font-weight: 600; text-anchor: middle; }
.run .on-badge { fill: #1d1606; } .run .on-bad { fill: var(--paper); }
.run .source { fill: #3d7dd8; } .run .transform { fill: #7a5bd0; } .run .script { fill: #b0568f; }
.run .combine { fill: #2d9aa0; } .run .model { fill: #c2703a; } .run .sink { fill: #4f8a3c; }
.run .simulate { fill: #66748a; }
)";
}

} // namespace millrace
