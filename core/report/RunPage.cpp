// SPDX-License-Identifier: MIT
#include "report/RunPage.h"

#include "report/Html.h"
#include "report/RunDrawing.h"
#include "report/ShownSettings.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace millrace {

namespace {

constexpr size_t MostErrors = 200;
constexpr int ChartWidth = 360, ChartHeight = 70; // pixels

constexpr std::string_view Style = R"(
:root { color-scheme: light dark; --text: #1b212b; --muted: #596270; --line: #dfe3e9; --paper: #fff; --ground: #f5f7fa;
  --accent: #2f6fed; --good: #17814f; --warn: #8a5200; --bad: #b3261e; --edge: #868e9b; --wire: #5f8ae6; --amber: #f0a020; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ee; --muted: #9aa4b2; --line: #373d48; --paper: #22262e;
  --ground: #171a1f; --accent: #6aa0ff; --good: #4cc38a; --warn: #e0a030; --bad: #ff7b72;
  --edge: #7d8797; --wire: #6287cf; --amber: #f0ad3c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1100px; padding: 24px; background: var(--ground); color: var(--text);
  font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; }
h2 { font-size: 15px; margin: 28px 0 8px; }
p { margin: 4px 0; }
.muted { color: var(--muted); }
.end { display: inline-block; padding: 3px 12px; border: 1px solid; border-radius: 14px; font-weight: 600; }
.finished { color: var(--good); } .with-errors { color: var(--warn); } .failed { color: var(--bad); }
.stopped { color: var(--muted); }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--muted); }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
.number { text-align: right; }
code { font: 12px ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.charts { display: flex; flex-wrap: wrap; gap: 12px; }
.chart polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; }
.chart line { stroke: var(--line); }
@media print { body { background: none; } .card { break-inside: avoid; } }
)";

std::string secondsText(double seconds)
{
    const auto whole = int64_t(std::llround(seconds));
    if (whole < 60)
        return decimalText(seconds, seconds < 10 ? 2 : 1) + " s";
    return whole < 3600 ? std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s"
                        : std::to_string(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min";
}

std::string bytesText(uint64_t bytes)
{
    return bytes < 10'000'000 ? countText(bytes / 1000) + " kB" : countText(bytes / 1'000'000) + " MB";
}

std::string countedText(uint64_t count, std::string_view noun)
{
    return countText(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

/// Of the time of all its workers.
std::string shareText(uint64_t nanoseconds, const StepSample &step, double seconds)
{
    const double all = seconds * std::max(step.workers, 1) * 1e9;
    return all > 0 ? decimalText(std::min(100.0, 100 * double(nanoseconds) / all), 0) + " %" : "";
}

struct EndWords
{
    std::string_view style, words;
};

EndWords wordsOf(RunEnd end)
{
    switch (end) {
    case RunEnd::Finished: return {"finished", "Finished"};
    case RunEnd::WithErrors: return {"with-errors", "Finished with failed items"};
    case RunEnd::Failed: return {"failed", "Failed"};
    case RunEnd::Stopped: return {"stopped", "Stopped"};
    case RunEnd::None: break;
    }
    return {"stopped", "Not over"};
}

class PageWriter
{
public:
    explicit PageWriter(const RunPage &page) : m_page(page) {}

    std::string write()
    {
        m_html =
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
            "img-src data:\">\n<title>"
            + htmlText(m_page.title) + "</title>\n<style>" + std::string(Style) + std::string(runDrawingStyle())
            + "</style>\n</head>\n<body>\n";
        writeHead();
        writeDrawing();
        writeSteps();
        writeErrors();
        writeCharts();
        writeSettings();
        return std::move(m_html) + "</body>\n</html>\n";
    }

private:
    std::string nameOf(const std::string &id) const
    {
        const PipelineStep *step = m_page.pipeline.step(id);
        return htmlText(step ? shownStepName(*step, m_page.registry) : id);
    }

    void cell(const std::string &html, std::string_view style = {})
    {
        m_html += style.empty() ? "<td>" : "<td class=\"" + std::string(style) + "\">";
        m_html += html + "</td>";
    }
    void number(const std::string &html) { cell(html, "number"); }

    void writeHead()
    {
        const RunSample &sample = m_page.sample;
        const EndWords end = wordsOf(m_page.end);
        m_html += "<h1>" + htmlText(m_page.title) + "</h1>\n<p><span class=\"end " + std::string(end.style) + "\">"
                  + std::string(end.words) + "</span> after " + secondsText(sample.seconds) + ": "
                  + countedText(sample.itemsRead, "item") + " read, " + countText(sample.itemsWritten) + " written, "
                  + (sample.errors == 0 ? "no errors" : countedText(sample.errors, "error")) + ".</p>\n";
        if (!m_page.failure.empty())
            m_html += "<p class=\"failed\">" + (m_page.failureStep.empty() ? "" : nameOf(m_page.failureStep) + ": ")
                      + htmlText(m_page.failure) + "</p>\n";
        if (m_page.limit) {
            m_html += "<p>" + htmlText(m_page.limit->why) + "</p>\n";
            if (const auto &more = m_page.limit->oneMoreWorker; more && more->gain >= 1.05)
                m_html += "<p>With " + countedText(uint64_t(more->workers), "worker") + " there the run would be about "
                          + decimalText(more->gain, 1) + " times as fast.</p>\n";
        }
        std::string foot = m_page.time.empty() ? "" : htmlText(m_page.time);
        if (sample.peakMemoryBytes > 0)
            foot += (foot.empty() ? "" : " · ") + bytesText(sample.peakMemoryBytes) + " of memory at most";
        if (!foot.empty())
            m_html += "<p class=\"muted\">" + foot + "</p>\n";
    }

    void writeDrawing()
    {
        const Limit *limit = m_page.limit ? &*m_page.limit : nullptr;
        m_html += "<h2>Drawing</h2>\n<div class=\"card drawing\">"
                  + drawRun({m_page.pipeline, m_page.registry, m_page.sample, limit, m_page.failureStep}) + "</div>\n";
    }

    void writeSteps()
    {
        m_html += "<h2>Steps</h2>\n<div class=\"card\"><table>\n<tr><th>Step</th>";
        for (const char *head : {"Workers", "In", "Out", "Failed", "Items/s", "Busy", "Waits for room",
                                 "Waits for input", "Queue, at most"})
            m_html += "<th class=\"number\">" + std::string(head) + "</th>";
        m_html += "</tr>\n";
        const double seconds = m_page.sample.activeSeconds;
        for (const StepSample &step : m_page.sample.steps) {
            m_html += "<tr>";
            const bool isLimit = m_page.limit && m_page.limit->isClear && m_page.limit->isAt(step.id);
            cell(nameOf(step.id) + (isLimit ? " <span class=\"with-errors\">limits the run</span>" : ""));
            number(std::to_string(step.workers));
            number(step.isSource ? "" : countText(step.itemsIn));
            number(step.isSink ? "" : countText(step.itemsOut));
            step.errors > 0 ? cell(countText(step.errors), "number failed") : number("");
            number(seconds > 0 ? countText(uint64_t(double(step.itemsDone()) / seconds)) : "");
            number(shareText(step.busy, step, seconds));
            number(shareText(step.blocked, step, seconds));
            number(shareText(step.starved, step, seconds));
            number(step.queue.capacity > 0 ? countText(step.queue.peak) + '/' + countText(step.queue.capacity) : "");
            m_html += "</tr>\n";
        }
        m_html += "</table></div>\n";
    }

    void writeErrors()
    {
        if (m_page.errors.empty())
            return;
        m_html += "<h2>Errors</h2>\n<div class=\"card\"><table>\n<tr><th>Step</th><th>What happened</th>"
                  "<th>First at</th><th class=\"number\">How often</th></tr>\n";
        for (size_t i = 0; i < std::min(MostErrors, m_page.errors.size()); ++i) {
            const LogRecord &error = m_page.errors[i];
            m_html += "<tr>";
            cell(nameOf(error.step));
            cell(htmlText(error.message));
            std::string place = htmlText(error.origin);
            if (error.hasItem && !error.itemId.isNull())
                place += (place.empty() ? "item " : ", item ") + htmlText(toPlain(error.itemId));
            cell(place);
            number(countText(error.count));
            m_html += "</tr>\n";
        }
        m_html += "</table>";
        if (m_page.errors.size() > MostErrors)
            m_html += "<p class=\"muted\">and " + countedText(m_page.errors.size() - MostErrors, "more kind") + ".</p>";
        m_html += "</div>\n";
    }

    void writeCharts()
    {
        const auto isChart = [](const RunCurve &curve) { return curve.points.size() > 1; };
        if (std::ranges::none_of(m_page.curves, isChart))
            return;
        m_html += "<h2>Items a second</h2>\n<div class=\"charts\">\n";
        for (const RunCurve &curve : m_page.curves)
            if (isChart(curve))
                writeChart(curve);
        m_html += "</div>\n";
    }

    void writeChart(const RunCurve &curve)
    {
        double most = 0;
        for (const auto &[second, rate] : curve.points)
            most = std::max(most, rate);
        const double last = std::max(curve.points.back().first, 1e-9), scale = std::max(most, 1e-9);
        const std::string width = std::to_string(ChartWidth), height = std::to_string(ChartHeight);
        m_html += "<figure class=\"card chart\" style=\"margin: 0\"><figcaption>" + nameOf(curve.step)
                  + " <span class=\"muted\">up to " + countText(uint64_t(most)) + " in " + secondsText(last)
                  + "</span></figcaption><svg width=\"" + width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width
                  + ' ' + height + "\" role=\"img\" aria-label=\"Items a second of " + nameOf(curve.step)
                  + "\"><line x1=\"0\" y1=\"" + decimalText(ChartHeight - 0.5, 1) + "\" x2=\"" + width + "\" y2=\""
                  + decimalText(ChartHeight - 0.5, 1) + "\"/><polyline points=\"";
        for (const auto &[second, rate] : curve.points)
            m_html += decimalText(second / last * ChartWidth, 1) + ','
                      + decimalText(ChartHeight - 1 - rate / scale * (ChartHeight - 4), 1) + ' ';
        m_html += "\"/></svg></figure>\n";
    }

    void writeSettings()
    {
        m_html +=
            "<h2>Settings</h2>\n<div class=\"card\"><table>\n<tr><th>Step</th><th>Setting</th><th>Value</th></tr>\n";
        for (const PipelineStep &step : m_page.pipeline.steps) {
            if (!step.isEnabled)
                continue;
            const StepType *type = m_page.registry.find(step.type);
            bool isFirst = true;
            const auto row = [&](const std::string &title, const std::string &value) {
                m_html += "<tr>";
                cell(isFirst ? nameOf(step.id) + " <span class=\"muted\">" + htmlText(step.type) + "</span>" : "");
                cell(htmlText(title));
                cell("<code>" + htmlText(value) + "</code>");
                m_html += "</tr>\n";
                isFirst = false;
            };
            for (const auto &[name, value] : step.params)
                row(shownSettingName(type, name), shownSettingValue(type, name, value));
            row("Workers", std::to_string(m_page.pipeline.workersOf(step)));
            const int queue = m_page.pipeline.queueSizeOf(step);
            row("Queue", queue == 1  ? "1 batch"
                         : queue > 1 ? countText(uint64_t(queue)) + " batches"
                                     : "without a bound");
        }
        m_html += "</table></div>\n";
    }

    const RunPage &m_page;
    std::string m_html;
};

} // namespace

std::string toHtml(const RunPage &page)
{
    return PageWriter(page).write();
}

} // namespace millrace
