// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/HangDoctor.h"
#include "engine/Run.h"
#include "history/RunReport.h"
#include "millrace/history/LogFile.h"
#include "millrace/run/ProgressLine.h"
#include "millrace/tune/RunTuning.h"
#include "pipeline/Pipeline.h"
#include "report/RunCourse.h"
#include "steps/StepType.h"

#include <chrono>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

class ClusterRun;
class FailedItemsFile;
class MetricsListener;

struct WatchOptions
{
    bool showsProgress = false;
    bool isQuiet = false;
    std::string reportPath, metricsPath, htmlPath; ///< empty: none; "-": standard output
    std::string logPath;                           ///< empty: none
    bool writesNothing = false;                    ///< its sinks only count
    std::string hiddenStep;                        ///< one that isn't the pipeline's; empty: none
    std::string_view atTheEnd = "written";         ///< what the sinks have done with the items
    std::optional<TuneWish> tune;                  ///< needs the pipeline and the registry
};

/// What runs, for the page that is written of it: without both there is none.
struct WatchedPipeline
{
    const Pipeline *pipeline = nullptr;
    const StepRegistry *registry = nullptr;
    const FailedItemsFile *failedItems = nullptr; ///< where the run keeps them; null: nowhere
    uint64_t resumedFrom = 0;                     ///< items that the run which it goes on with had read
    ClusterRun *cluster = nullptr;                ///< whose workers it has; null: none
    MetricsListener *listener = nullptr;          ///< that answers who asks for the gauges; null: none
};

/// Runs a pipeline to its end while somebody watches: progress, gauges, Ctrl-C, and all that is said afterwards.
class RunWatch
{
public:
    RunWatch(Run &run, std::string label, WatchOptions options, WatchedPipeline watched = {});

    /// Starts the run, waits for its end, writes what was asked for. Returns the program's exit status.
    int runToEnd();
    /// What became of it; only once it is over.
    const RunRecord &ended() const { return m_ended; }

private:
    void obeyInterrupts();
    void writeMetrics(const RunSample &sample);
    void showMetrics(const RunSample &sample) const;
    void sayMetricsFailed(int reason);
    void sayLogFailed(const std::string &problem);
    RunSample sample() const;
    RunRecord record() const;
    int exitStatusOf(const RunOutcome &outcome, const RunSample &sample) const;
    void tellHang(const RunSample &sample);
    void tune(const RunSample &sample);
    void tell(const std::string &sentence);
    void printLog();
    void printErrors(const RunRecord &record) const;
    std::string endSentence(const RunRecord &record) const;
    void printSummary(const RunRecord &record) const;
    bool writeAsked(const RunRecord &record) const;
    std::string pageOf(const RunRecord &record) const;

    Run &m_run;
    const std::string m_label;
    const WatchOptions m_options;
    const WatchedPipeline m_watched;
    const int m_cores;
    int m_interruptsObeyed = 0;
    uint64_t m_logPrinted = 0;                                    ///< number of the last record that was looked at
    std::optional<std::chrono::steady_clock::time_point> m_endBy; ///< once what is under way is dropped
    ProgressLine m_progress;
    HangDoctor m_doctor;
    std::optional<Hang> m_toldHang; ///< the last that was told of
    std::optional<RunTuning> m_tuning;
    RunCourse m_course; ///< only where a page is wanted
    std::ofstream m_metricsFile;
    bool m_hasLostMetrics = false, m_hasLostLog = false;
    LogFile m_logFile;
    std::string m_start; ///< "2026-11-30T02:58:05Z"
    RunRecord m_ended;
};

} // namespace millrace
