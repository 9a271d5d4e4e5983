// SPDX-License-Identifier: MIT
#pragma once

#include "data/BatchCodec.h"
#include "metrics/RunLog.h"
#include "remote/WorkerAnswer.h"
#include "steps/StepType.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// The step of a worker that is no part of the run's process: made as that run tells, it works on encoded batches and encodes what
/// becomes of them. One thread at a time.
class ServedStep
{
public:
    /// The registry is borrowed.
    explicit ServedStep(const StepRegistry &registry) : m_registry(registry) {}
    ServedStep(const ServedStep &) = delete;
    ServedStep &operator=(const ServedStep &) = delete;

    /// Makes and opens it by workerInit(). `folder`: that relative paths are relative to, in place of the run's; empty: as told.
    Result<> open(const Value &told, const std::string &folder = {});
    /// Makes the step that stands for one elsewhere, such as in a child process, where its limits of time and memory bind. Before open().
    using MakeApart = std::function<std::unique_ptr<Step>(RemoteSpec spec)>;
    void setMakeApart(MakeApart make) { m_makeApart = std::move(make); }
    /// From now on the process has so much memory more than now, in MiB: said where it runs out.
    void setMemoryLimit(int64_t mebibytes) { m_memoryLimit = mebibytes; }

    /// Works on a batch as encodeBatch() has written it. `taken` is called once those bytes aren't needed any more. True: `answer` is what
    /// takeWorkerAnswer() takes, else an object with kind and message.
    bool work(std::string_view body, std::string &answer, const std::function<void()> &taken = {});
    /// What it has logged since it was asked last.
    std::vector<LogRecord> takeLog();
    /// An error as work() tells it.
    static void encodeError(const Error &error, std::string &answer);
    /// Closes the step; where that isn't called it is only dropped.
    void close();

private:
    Result<> openGuarded(const Value &told, const std::string &folder);
    Value verdicts() const;
    template <class Work>
    Result<> guarded(Work work) const;

    const StepRegistry &m_registry;
    StepContext m_context;
    RunLog m_log{1'000};
    uint64_t m_logged = 0;
    std::unique_ptr<Step> m_step;
    bool m_isOpened = false;
    MakeApart m_makeApart;
    int64_t m_memoryLimit = 0;
    BatchDecoder m_decoder;
    Batch m_batch;
    Batch m_known; ///< as it came in, for what hasn't changed isn't sent back
};

} // namespace millrace
