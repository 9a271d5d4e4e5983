// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/ItemSamples.h"
#include "engine/workers/Pump.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

class Batch;
class Stage;
class StageMeter;

/// Where the batches of a stage go: the links that lead on from it. Links are added before anything runs; then safe on all threads.
class Outlets
{
public:
    struct Output
    {
        Stage *to = nullptr;
        int port = 0;       ///< of this stage; PlannedLink::ErrorPort for the error port
        uint16_t input = 0; ///< which input of `to`
    };

    /// `meter`: of the stage, which is told when there is no room. Borrowed.
    explicit Outlets(StageMeter &meter) : m_meter(meter) {}

    void add(Output output);
    const std::vector<Output> &all() const { return m_outputs; }
    bool isEmpty() const { return m_outputs.empty(); }
    /// Whether there is one link, of `out`.
    bool isPlain() const { return m_outputs.size() == 1 && m_outputs[0].port == 0; }
    /// Whether results go to pump.work: no output, or one of `out`. Else they go to pump.lists, one for each output.
    bool isSimple() const { return m_outputs.size() <= 1 && (m_outputs.empty() || m_outputs[0].port == 0); }

    /// How many of its items leave by `out`, or by another port that something is linked to.
    size_t countLeaving(const Batch &batch) const;

    /// Room for `wanted` batches in every output; less, or 0 where one is full (whose producers are scheduled when that changes).
    uint32_t reserve(uint32_t wanted);
    /// Room in every output that wasn't used.
    void giveBack(uint32_t count);
    /// Makes pump.lists ready for results: an empty list for each output.
    void clearLists(Pump &pump) const;
    /// A batch whose items all leave by `out`, to pump.lists: further links share it, other ports get an empty one.
    void shareOut(Pump &pump, Batch *batch) const;
    /// A batch to pump.lists, each item to the port that the step chose: every output gets a batch for every batch, if only an empty one,
    /// so that no sequence number is ever missing. `failed`: for the error port, null: nothing failed; `step`: the stage's.
    void route(Pump &pump, Batch *batch, const Batch *failed, const std::string &step) const;
    /// Gives pump.work or pump.lists to the outputs, in room that is reserved. Returns the stage that goes on with pump.work on
    /// the pump's thread, or null. `mayCarry`: whether there may be one.
    Stage *handOn(Pump &pump, bool mayCarry);
    /// No more will come by any output.
    void end();

    /// From now on some of the items that leave are kept, `most` for each port. Before anything runs.
    void keepSamples(size_t most) { m_samples = std::make_unique<ItemSamples>(most); }
    /// Null: none are kept.
    ItemSamples *samples() const { return m_samples.get(); }
    /// A batch of `out` that nobody takes may be looked at.
    void sample(Batch *batch) const
    {
        if (m_samples && m_samples->isWanted()) [[unlikely]]
            m_samples->take(0, {&batch, 1});
    }
    /// What leaves now, in pump.work or pump.lists, may be looked at.
    void sample(const Pump &pump) const
    {
        if (m_samples && m_samples->isWanted()) [[unlikely]]
            takeSamples(pump);
    }

private:
    struct Target
    {
        Stage *stage;
        uint32_t links; ///< to that one
    };
    static void giveBack(const Target &target, uint32_t count);
    void takeSamples(const Pump &pump) const;
    static void push(const Output &output, Batch *const *batches, uint32_t count);

    StageMeter &m_meter;
    std::vector<Output> m_outputs;
    std::vector<Target> m_targets; ///< the outputs by stage
    std::unique_ptr<ItemSamples> m_samples;
};

} // namespace millrace
