// SPDX-License-Identifier: MIT
#pragma once

#include "data/BatchCodec.h"
#include "process/Channel.h"
#include "process/Child.h"
#include "process/Supervisor.h"
#include "remote/WorkerAnswer.h"
#include "steps/StepType.h"

#include <cstdint>
#include <memory>
#include <string>

namespace millrace {

/// Stands for a step that runs in a child process of its own: sends each batch there and takes over what comes back. The
/// batch stays here until the answer is complete, so a child that dies (or hangs beyond the time limit) costs nothing but
/// the try: process() fails, the engine tries item by item on a fresh child, and only the item that kills is lost.
class RemoteStep final : public Step, public WorksInChildren, private SupervisedChild
{
public:
    explicit RemoteStep(RemoteSpec spec);
    ~RemoteStep() override { RemoteStep::endChild(0); }

    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    void close() override { endChild(2'000); }
    Value state() const override { return m_spec.state; }
    Result<> setState(const Value &state) override
    {
        m_spec.state = state;
        return {};
    }
    const ChildClock &childClock() const override { return *m_clock; }

private:
    Result<> startChild() override;
    void endChild(int patience) override;
    ChildLoss describeLoss(const Error &error) override;
    void log(LogRecord record) const override;

    Result<> startPatiently();
    Result<> awaitReady();
    Result<> exchange(Batch &batch);
    Result<> takeAnswer(Batch &batch, std::string_view body);
    void logMessage(std::string_view body) const;
    void sayIfStopped() const;

    RemoteSpec m_spec;
    StepContext m_context;
    const std::shared_ptr<ChildClock> m_clock = std::make_shared<ChildClock>();
    Child m_child;
    Channel m_channel;
    BatchDecoder m_decoder;
    Batch m_answer;
    std::string m_bytes;
    Supervisor m_supervisor;
};

} // namespace millrace
