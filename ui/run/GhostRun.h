// SPDX-License-Identifier: MIT
#pragma once

#include "engine/StartGuard.h"
#include "metrics/RunSample.h"
#include "metrics/SampledItems.h"
#include "model/Edits.h"

#include <QFutureWatcher>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace millrace {

/// What came of a ghost run: what each step gave, and what it counted.
struct GhostData
{
    std::map<std::string, std::map<int, SampledItems>> items; ///< by step and port
    RunSample counts;
    StepIds leftOut;
    bool isWhole = false; ///< false: it took too long, and ended early
};

/// Tries the drawing with the first items of its sources, on one thread at low priority, and forgets it at the next edit. Lives on the
/// GUI's thread, which never waits for it.
class GhostRun : public QObject
{
    Q_OBJECT

public:
    static constexpr int MostItems = 200; ///< of each source

    explicit GhostRun(const StepRegistry &registry, QObject *parent = nullptr);
    ~GhostRun() override;

    /// Tries this one; what was being tried is given up. ready() follows, unless another call comes first.
    void start(Pipeline ghost, StepIds leftOut, std::string folder);
    /// Gives up what is being tried, and forgets what came of the last.
    void clear();
    /// Of the last ghost run that came to its end; nothing since clear().
    const std::optional<GhostData> &data() const { return m_data; }

Q_SIGNALS:
    void ready();

private:
    using Made = std::shared_ptr<GhostData>; ///< null: it can't be run, or was given up
    using GivenUp = std::shared_ptr<std::atomic<bool>>;
    static Made run(const Pipeline &pipeline,
                    const StepRegistry &registry,
                    StepIds leftOut,
                    const std::string &folder,
                    const std::atomic<bool> &isGivenUp);
    void giveUp();

    const StepRegistry &m_registry;
    std::optional<GhostData> m_data;
    GivenUp m_givenUp;
    QFutureWatcher<Made> m_watcher;
    QThreadPool m_pool; ///< last: waits for its thread before the rest goes
};

} // namespace millrace
