// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/ClusterSession.h"
#include "data/BatchCodec.h"
#include "remote/WorkerAnswer.h"

#include <deque>
#include <string>
#include <vector>

namespace millrace {

/// Stands for a step whose workers are on other machines: gives each batch to the run's ClusterSession, and takes over what comes
/// back. A batch stays here until then. Several are under way at once for each of these.
class ClusterStep final : public Step
{
public:
    /// `files`: those that the step reads, as its parameters name them: workers must have the same.
    ClusterStep(RemoteSpec spec, std::vector<std::string> files) : m_spec(std::move(spec)), m_files(std::move(files)) {}

    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    size_t announcedAtOnce() const override { return 16; }
    void announce(std::span<Batch *const> batches) override;
    Value state() const override { return m_spec.state; }
    Result<> setState(const Value &state) override
    {
        m_spec.state = state;
        return {};
    }

private:
    struct Announced
    {
        const Batch *batch;
        uint64_t sequence;
        size_t items; ///< for it may have been emptied meanwhile, or be another one
        ClusterTicketPtr ticket;
    };
    ClusterTicketPtr push(const Batch &batch);
    Result<> settle(Batch &batch, const ClusterTicket &ticket);
    Result<Value> fileDigests() const;

    RemoteSpec m_spec;
    const std::vector<std::string> m_files;
    StepContext m_context;
    ClusterSession *m_session = nullptr; ///< the run's
    std::deque<Announced> m_announced;
    BatchDecoder m_decoder;
    Batch m_answer;
    std::string m_bytes;
};

} // namespace millrace
