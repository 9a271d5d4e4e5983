// SPDX-License-Identifier: MIT
#include "millrace/run/RunWatch.h"

#include "data/files/AtomicFile.h"
#include "data/text/Counted.h"
#include "data/text/Quote.h"
#include "data/text/VisibleText.h"
#include "failures/FailedItemsFile.h"
#include "failures/FailedItemsFolder.h"
#include "metrics/RunEnd.h"
#include "millrace/commands/Commands.h"
#include "millrace/commands/StepTable.h"
#include "millrace/Console.h"
#include "millrace/run/Interrupts.h"
#include "pipeline/file/JsonLayout.h"
#include "report/RunPage.h"
#include "sharing/ClusterRun.h"
#include "sharing/MetricsListener.h"
#include "sharing/OpenMetrics.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace millrace {

namespace {

constexpr int SampleMilliseconds = 100;
constexpr std::chrono::seconds EndPatience(1); // of the second interrupt, for closing what is open
constexpr int LastInterrupt = 3;               // the run was told to drop everything and still isn't over

int coreCount()
{
    return std::max(1, int(std::thread::hardware_concurrency()));
}

/// "orders.csv line 17, item 731"
std::string placeOf(const LogRecord &error)
{
    std::string place = error.origin;
    if (error.hasItem && !error.itemId.isNull())
        place += (place.empty() ? "item " : ", item ") + toPlain(error.itemId);
    return place;
}

/// The whole file or none of it; `what` is what a person calls it.
bool writeWhole(const std::string &path, const std::string &text, const char *what)
{
    if (path == "-") {
        say(stdout, text);
        const bool isWritten = std::ferror(stdout) == 0 && std::fflush(stdout) == 0;
        if (!isWritten)
            printError("The " + std::string(what) + " could not be written to standard output.");
        return isWritten;
    }
    AtomicFile file;
    auto written = file.open(path);
    if (written)
        written = file.append(text);
    if (written)
        written = file.commit();
    if (!written)
        printError(written.error().message);
    return written.has_value();
}

/// "2026-11-29 14:02", on this machine's clock.
std::string timeNow()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    char text[32] = "";
    if (localtime_r(&now, &parts))
        std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
    return text;
}

} // namespace

RunWatch::RunWatch(Run &run, std::string label, WatchOptions options, WatchedPipeline watched)
    : m_run(run)
    , m_label(std::move(label))
    , m_options(std::move(options))
    , m_watched(watched)
    , m_cores(coreCount())
    , m_progress(m_options.showsProgress, m_cores)
    , m_doctor(watched.pipeline ? HangDoctor(*watched.pipeline) : HangDoctor())
{
    if (m_options.tune && m_watched.pipeline && m_watched.registry)
        m_tuning.emplace(*m_options.tune, *m_watched.pipeline, *m_watched.registry, m_cores);
    if (!m_options.logPath.empty())
        if (const auto opened = m_logFile.open(m_options.logPath); !opened)
            sayLogFailed(opened.error().message);
    if (m_options.metricsPath.empty() || m_options.metricsPath == "-")
        return;
    errno = 0;
    m_metricsFile.open(m_options.metricsPath, std::ios::trunc);
    if (!m_metricsFile)
        sayMetricsFailed(errno);
}

int RunWatch::runToEnd()
{
    countInterrupts();
    m_start = utcNow();
    m_logFile.say("Started: " + m_label);
    m_run.start();
    while (!m_run.waitForDone(SampleMilliseconds)) {
        obeyInterrupts();
        printLog();
        const RunSample sample = this->sample();
        if (!m_options.htmlPath.empty())
            m_course.add(sample);
        tellHang(sample);
        tune(sample);
        m_progress.show(sample);
        if (m_watched.cluster)
            m_watched.cluster->look(m_run, sample);
        writeMetrics(sample);
        showMetrics(sample);
    }
    if (m_tuning)
        m_tuning->end();
    printLog();
    m_progress.clear();
    RunRecord result = record();
    m_course.add(result.sample);
    writeMetrics(result.sample);
    showMetrics(result.sample);
    result.exitStatus = exitStatusOf(result.outcome, result.sample);
    m_logFile.say(endSentence(result));
    if (const std::string problem = m_logFile.flush(); !problem.empty()) {
        sayLogFailed(problem);
        result.exitStatus = std::max(result.exitStatus, int(RunFailed));
    }
    printErrors(result);
    if (!m_options.isQuiet)
        printSummary(result);
    const int status = writeAsked(result) ? result.exitStatus : std::max(result.exitStatus, int(RunFailed));
    m_ended = std::move(result);
    return status;
}

void RunWatch::showMetrics(const RunSample &sample) const
{
    if (m_watched.listener)
        m_watched.listener->show([sample, cluster = m_watched.cluster ? m_watched.cluster->report() : Value(),
                                  run = runNameOf(m_label)] { return openMetricsOf(sample, cluster, run); });
}

void RunWatch::obeyInterrupts()
{
    const int wanted = interruptCount();
    while (m_interruptsObeyed < wanted) {
        ++m_interruptsObeyed;
        m_progress.clear();
        if (m_interruptsObeyed == 1) {
            printError("Stopping: what is under way is finished. Once more to end at once.");
            m_run.stop();
        } else if (m_interruptsObeyed < LastInterrupt) {
            printError("Ending: what is under way is dropped.");
            m_run.cancel();
            m_endBy = std::chrono::steady_clock::now() + EndPatience;
        } else {
            std::_Exit(Interrupted);
        }
    }
    if (m_endBy && std::chrono::steady_clock::now() > *m_endBy)
        std::_Exit(Interrupted); // a step that doesn't ask whether it should go on
}

/// Why nothing moves. Of the same steps again only where it takes twice as long as what was told: slow batches are no news.
void RunWatch::tellHang(const RunSample &sample)
{
    m_doctor.add(sample);
    const auto &hang = m_doctor.hang();
    const bool isKnown = hang && m_toldHang && m_toldHang->stuck == hang->stuck;
    if (!hang || (isKnown && hang->seconds < 2 * m_toldHang->seconds))
        return;
    m_toldHang = hang;
    const std::string sentence = "Nothing has moved for " + formatDuration(hang->seconds) + ". " + hang->why;
    tell(sentence);
}

/// In the log, and, where it isn't quiet, above the line of progress.
void RunWatch::tell(const std::string &sentence)
{
    m_logFile.say(sentence);
    if (m_options.isQuiet)
        return;
    m_progress.clear();
    say(stderr, wrapped(printable(sentence), size_t(terminalWidth(STDERR_FILENO)), 0) + '\n');
}

void RunWatch::tune(const RunSample &sample)
{
    if (m_tuning && interruptCount() == 0)
        for (const std::string &sentence : m_tuning->look(m_run, sample))
            tell(sentence);
}

void RunWatch::writeMetrics(const RunSample &sample)
{
    if (m_options.metricsPath.empty() || m_hasLostMetrics)
        return;
    std::ostream &target = m_options.metricsPath == "-" ? std::cout : m_metricsFile;
    errno = 0;
    target << visibleText(toJson(metricsOf(sample)), LineEnds::Keep) << '\n' << std::flush;
    if (!target)
        sayMetricsFailed(errno);
}

/// Once; the run goes on without.
void RunWatch::sayMetricsFailed(int reason)
{
    m_hasLostMetrics = true;
    m_progress.clear();
    const std::string target = m_options.metricsPath == "-" ? "standard output" : inQuotes(m_options.metricsPath);
    printError("can't write the metrics to " + target + (reason == 0 ? "" : std::string(": ") + std::strerror(reason))
               + '.');
}

/// Once; the run goes on without.
void RunWatch::sayLogFailed(const std::string &problem)
{
    m_hasLostLog = true;
    m_progress.clear();
    printError(problem);
}

/// Without what the call has added to the pipeline.
RunSample RunWatch::sample() const
{
    RunSample sample = m_run.sample();
    if (m_options.writesNothing) {
        sample.itemsWritten = 0;
    } else if (!m_options.hiddenStep.empty()) {
        const auto hidden = std::ranges::find(sample.steps, m_options.hiddenStep, &StepSample::id);
        if (hidden != sample.steps.end())
            sample.itemsWritten -= std::min(sample.itemsWritten, hidden->itemsIn);
    }
    std::erase_if(sample.steps, [this](const StepSample &step) { return step.id == m_options.hiddenStep; });
    return sample;
}

RunRecord RunWatch::record() const
{
    RunRecord record = recordOf(m_run, sample(), m_cores);
    record.resumedFrom = m_watched.resumedFrom;
    if (const FailedItemsFile *file = m_watched.failedItems; file && file->kept() > 0)
        record.failedItems = failedItemsFileIn(file->folder());
    if (m_watched.cluster)
        record.cluster = m_watched.cluster->report();
    if (m_tuning)
        record.tuning = m_tuning->report();
    record.start = m_start;
    if (m_watched.pipeline)
        record.links = m_watched.pipeline->links;
    return record;
}

int RunWatch::exitStatusOf(const RunOutcome &outcome, const RunSample &sample) const
{
    const int status = millrace::exitStatusOf(runEnd(outcome.state, sample.errors));
    return m_hasLostMetrics || m_hasLostLog ? std::max(status, int(RunFailed)) : status;
}

/// What steps say while they run: a script's console, a program's standard error, warnings. Errors come at the end, counted.
void RunWatch::printLog()
{
    const std::vector<LogRecord> records = m_run.log().after(m_logPrinted, size_t(-1));
    for (const LogRecord &record : records) {
        m_logPrinted = record.number;
        m_logFile.append(record);
        const bool isWarning = record.level == LogLevel::Warning;
        if (record.level == LogLevel::Error || (!isWarning && (record.step.empty() || m_options.isQuiet)))
            continue;
        m_progress.clear();
        say(stderr, m_label + (isWarning ? ": warning: " : ": ") + (record.step.empty() ? "" : record.step + ": ")
                        + printable(record.message) + '\n');
    }
    if (const std::string problem = m_logFile.flush(); !problem.empty())
        sayLogFailed(problem);
}

void RunWatch::printErrors(const RunRecord &record) const
{
    constexpr size_t MostShown = 10;
    const auto print = [this](const std::string &step, const std::string &text) {
        say(stderr, m_label + ": " + step + (step.empty() ? "" : ": ") + printable(text) + '\n');
    };
    const RunOutcome &outcome = record.outcome;
    const auto ofTheEnd = [&outcome](const LogRecord &error) {
        return outcome.state == RunState::Failed && error.step == outcome.step
               && error.message == outcome.error.message;
    };
    // What ended the run comes first, with its place.
    std::vector<LogRecord> errors = record.errors;
    std::stable_partition(errors.begin(), errors.end(), ofTheEnd);
    if (outcome.state == RunState::Failed && (errors.empty() || !ofTheEnd(errors.front()))) {
        const std::vector<LogRecord> all = m_run.log().after(0, size_t(-1));
        const auto found = std::ranges::find_if(all, ofTheEnd);
        const std::string place = found == all.end() ? std::string() : placeOf(*found);
        print(outcome.step, outcome.error.message + (place.empty() ? "" : " (" + place + ')'));
    }
    for (size_t i = 0; i < std::min(MostShown, errors.size()); ++i) {
        const LogRecord &error = errors[i];
        std::string text = error.message;
        const std::string place = placeOf(error);
        if (error.count > 1)
            text += " (" + std::to_string(error.count) + " times" + (place.empty() ? "" : ", first at " + place) + ')';
        else if (!place.empty())
            text += " (" + place + ')';
        print(error.step, text);
    }
    if (record.errors.size() > MostShown)
        printError(std::to_string(record.errors.size() - MostShown) + " more kinds of errors; --report lists all.");
    for (const std::string &file : outcome.keptFiles)
        printError("What was finished until then is in " + file + '.');
}

/// "Finished after 1.9 s with 12 failed items: 1000 items read, 988 written."
std::string RunWatch::endSentence(const RunRecord &record) const
{
    const RunSample &sample = record.sample;
    const std::string_view state = runStateName(record.outcome.state);
    std::string text =
        char(std::toupper(state.front())) + std::string(state.substr(1)) + " after " + formatDuration(sample.seconds);
    const bool isWithErrors = runEnd(record.outcome.state, sample.errors) == RunEnd::WithErrors;
    if (isWithErrors)
        text += sample.itemsWritten == 0 && sample.errors >= sample.itemsRead
                    ? ", but all items failed"
                    : " with " + counted(sample.errors, "failed item");
    text += ": " + counted(sample.itemsRead, "item") + " read, " + std::to_string(sample.itemsWritten) + ' '
            + std::string(m_options.atTheEnd);
    return text + (isWithErrors ? "." : ", " + counted(sample.errors, "error") + '.');
}

void RunWatch::printSummary(const RunRecord &record) const
{
    const RunSample &sample = record.sample;
    std::string text = stepTable(sample, terminalWidth(STDERR_FILENO));
    if (record.limit) {
        text += wrapped(record.limit->why, size_t(terminalWidth(STDERR_FILENO)), 0) + '\n';
        if (const auto &more = record.limit->oneMoreWorker; more && more->gain >= 1.05) {
            char gain[32];
            std::snprintf(gain, sizeof gain, "%.1f", more->gain);
            text += "With " + std::to_string(more->workers) + " workers there the run would be about " + gain
                    + " times as fast.\n";
        }
    }
    text += endSentence(record) + '\n';
    if (m_watched.cluster)
        text += m_watched.cluster->summary();
    if (m_tuning)
        text += m_tuning->summary(m_label);
    if (!record.failedItems.empty())
        text += "They are kept: \"millrace errors " + m_label + "\" shows them.\n";
    say(stderr, text);
}

/// Whether all that was asked for is written.
bool RunWatch::writeAsked(const RunRecord &record) const
{
    bool isWritten = true;
    if (!m_options.reportPath.empty())
        isWritten = writeWhole(m_options.reportPath, toIndentedJson(reportOf(record)), "report");
    if (!m_options.htmlPath.empty() && m_watched.pipeline)
        isWritten = writeWhole(m_options.htmlPath, pageOf(record), "page") && isWritten;
    return isWritten;
}

std::string RunWatch::pageOf(const RunRecord &record) const
{
    const RunOutcome &outcome = record.outcome;
    const Pipeline &pipeline = *m_watched.pipeline;
    RunPage page{pipeline, *m_watched.registry, record.sample};
    page.end = runEnd(outcome.state, record.sample.errors);
    page.title = pipeline.name.empty() ? m_label : pipeline.name;
    page.time = timeNow();
    if (outcome.state == RunState::Failed) {
        page.failureStep = outcome.step;
        page.failure = outcome.error.message;
    }
    page.limit = record.limit;
    page.errors = record.errors;
    page.curves = m_course.curves();
    return toHtml(page);
}

} // namespace millrace
