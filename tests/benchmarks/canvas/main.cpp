// SPDX-License-Identifier: MIT
// How long a frame takes while the canvas is panned and zoomed during a run, and how long a file takes to open.
// Each frame is painted by the raster engine into the window's memory, so nothing waits for a screen, and a frame's time is what
// the window's thread computes for it: other programs of a busy machine don't count. With `--wall` it is the time that passes,
// which an idle machine is needed for. The gauges are fed ten times a second with values that change on every card and link, as the fullest run would; no engine takes the cores away.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "pipeline/layout/Layout.h"
#include "pipeline/PipelineFile.h"
#include "window/MainWindow.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QTemporaryDir>
#include <QTextStream>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <vector>

namespace millrace {

namespace {

/// Rows of steps from sources to sinks; every other column joins the row above, until there are that many links.
Pipeline rowsOf(int steps, int links)
{
    constexpr int Columns = 20;
    Pipeline pipeline;
    const int rows = steps / Columns;
    int joins = links - rows * (Columns - 1);
    const auto idOf = [](int row, int column) { return "r" + std::to_string(row) + "c" + std::to_string(column); };
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < Columns; ++column) {
            const bool isJoin = row > 0 && (column % 2 == 0 || column == 1) && column > 0 && joins > 0;
            PipelineStep step;
            step.id = idOf(row, column);
            step.type = column == 0 ? "generate" : column == Columns - 1 ? "discard" : isJoin ? "union" : "identity";
            // Names of their own: no text is laid out for several cards.
            step.name = "Row " + std::to_string(row + 1) + ", column " + std::to_string(column + 1);
            step.position = Position{column * grid::ColumnWidth, row * grid::RowHeight};
            step.workers = 1 + (row + column) % 12;
            pipeline.steps.push_back(step);
            if (column == 0)
                continue;
            Link link;
            link.fromStep = idOf(row, column - 1);
            link.toStep = step.id;
            pipeline.links.push_back(link);
            if (!isJoin)
                continue;
            --joins;
            link.fromStep = idOf(row - 1, column - 1);
            pipeline.links.push_back(link);
        }
    return pipeline;
}

/// One sample of a run in which everything changes.
void feed(CanvasScene &scene, int tick)
{
    std::map<std::string, StepGauge> steps;
    int at = tick;
    for (const StepView &view : scene.drawing().steps) {
        StepGauge gauge;
        gauge.workers = view.workers;
        gauge.busyWorkers = at % (view.workers + 1);
        gauge.capacity = 10;
        gauge.depth = uint32_t(at % 11);
        gauge.rate = QString::number(1000 + 37 * (at % 100));
        gauge.state = at % 3 ? StepState::Busy : StepState::Blocked;
        steps[view.id] = gauge;
        ++at;
    }
    std::vector<LinkGauge> links(scene.drawing().links.size());
    for (LinkGauge &link : links)
        link.width = at++ % 9;
    scene.setGauges(steps, links);
}

struct Frames
{
    double median, p95, most; ///< milliseconds
};

Frames summaryOf(std::vector<double> times)
{
    std::ranges::sort(times);
    return {times[times.size() / 2], times[times.size() * 95 / 100], times.back()};
}

/// What frames are timed by: CLOCK_THREAD_CPUTIME_ID leaves out what other programs take of the machine.
clockid_t frameClock = CLOCK_THREAD_CPUTIME_ID;

double milliseconds()
{
    timespec now{};
    clock_gettime(frameClock, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

/// `change` moves the view a little; the frame is that, what it leads to, and the painting.
template <class Change>
Frames measure(CanvasView &view, int count, Change change)
{
    std::vector<double> times;
    QElapsedTimer sinceFed;
    sinceFed.start();
    for (int i = 0; i < count; ++i) {
        const double start = milliseconds();
        if (sinceFed.elapsed() >= 100 || i == 0) {
            feed(view.canvas(), i);
            sinceFed.start();
        }
        change(i);
        view.viewport()->repaint();
        QCoreApplication::processEvents(); // and what else is to be painted: the minimap, the zoom's figure
        times.push_back(milliseconds() - start);
    }
    return summaryOf(times);
}

void report(QTextStream &out, const QString &what, const Frames &frames)
{
    out << QStringLiteral("%1  p50 %2 ms  p95 %3 ms  max %4 ms\n")
               .arg(what, -34)
               .arg(frames.median, 6, 'f', 2)
               .arg(frames.p95, 6, 'f', 2)
               .arg(frames.most, 6, 'f', 2);
    out.flush();
}

void measureCanvas(QTextStream &out, MainWindow &window, int steps, int links, int frames)
{
    window.document().reset(rowsOf(steps, links));
    QCoreApplication::processEvents();
    CanvasView &view = window.canvas();
    const QString size =
        QStringLiteral("%1 steps, %2 links: ").arg(steps).arg(window.document().pipeline().links.size());
    for (const double zoom : {1.0, 0.6, 0.3, 0.15}) {
        view.setZoom(zoom);
        view.centerOn(1200, 800);
        QCoreApplication::processEvents();
        report(out, size + QStringLiteral("pan %1 %").arg(zoom * 100), measure(view, frames, [&](int i) {
                   view.panBy({i % 60 < 30 ? -12.0 : 12.0, i % 40 < 20 ? -7.0 : 7.0});
               }));
    }
    view.setZoom(1);
    report(out, size + QStringLiteral("zoom"), measure(view, frames, [&](int i) {
               view.zoomAt(0.55 + 0.45 * std::cos(i / 20.0), {400, 250});
           }));
}

double millisecondsToOpen(MainWindow &window, int steps, int links)
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("large.millrace"));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return -1;
    file.write(QByteArray::fromStdString(writePipeline(rowsOf(steps, links))));
    file.close();
    QElapsedTimer timer;
    QEventLoop loop;
    QObject::connect(&window.document(), &Document::opened, &loop, &QEventLoop::quit);
    QObject::connect(&window.document(), &Document::failed, &loop, &QEventLoop::quit);
    timer.start();
    window.open(path);
    loop.exec();
    window.canvas().viewport()->repaint();
    const double milliseconds = double(timer.nsecsElapsed()) / 1e6;
    return window.document().path() == path ? milliseconds : -1;
}

} // namespace

} // namespace millrace

int main(int argc, char **argv)
{
    using namespace millrace;
    QApplication app(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("Millrace benchmarks"));
    StepRegistry registry;
    registerBuiltInSteps(registry);
    Theme theme;
    theme.apply();
    MainWindow window(registry, theme);
    window.setAttribute(Qt::WA_DeleteOnClose, false);
    window.resize(1440, 900);
    window.showWelcome(false);
    window.show();
    QCoreApplication::processEvents();
    QTextStream out(stdout);
    if (app.arguments().contains(QStringLiteral("--wall")))
        frameClock = CLOCK_MONOTONIC;
    measureCanvas(out, window, 500, 700, 300);
    measureCanvas(out, window, 2000, 2800, 100);
    std::vector<double> times;
    for (int i = 0; i < 5; ++i)
        times.push_back(millisecondsToOpen(window, 500, 700));
    report(out, QStringLiteral("500 steps: open, 5 times"), summaryOf(times));
    return std::ranges::any_of(times, [](double time) { return time < 0; }) ? 1 : 0;
}
