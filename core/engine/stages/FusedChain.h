// SPDX-License-Identifier: MIT
#pragma once

#include "engine/workers/Pump.h"

#include <cstdint>
#include <vector>

namespace millrace {

class SourceStage;
class Stage;
struct Worker;

/// Takes cheap batches from a source to its sink, chunk after chunk, on one thread.
///
/// Where the stages behind a source form a chain of one batch for each and all of them stand idle, the pump that works on the
/// source enters every one of them at once, with room reserved between them, and keeps its places for as long as an
/// activation may last (about 20 µs). What a turn costs (words of the queues, workers taken and given back) is so paid once
/// for hundreds of batches. Each stage is at work meanwhile like in any turn: limits and gauges hold, and so does the bound of
/// the chain as a whole: a chunk that one worker after the other holds may be as long as all reserved room together, where no step
/// tries again what has failed.
/// Belongs to its source: only the one thread at work there uses it.
class FusedChain
{
public:
    /// After the graph is complete.
    explicit FusedChain(SourceStage &source);

    /// After the source's begin(). False: nothing was done, for a stage isn't idle or cheap enough. Else the source's turn is
    /// over, and `next` is what the same pump goes on with, or null.
    bool run(Pump &pump, Stage *&next);

private:
    struct Place
    {
        Stage *stage;
        Worker *worker;
        uint32_t room; ///< reserved in the stage's output
    };

    bool isWorthwhile(uint32_t room);
    bool enterAll(uint32_t room);
    bool enter(Place &place, uint32_t room);
    /// How many batches a chunk may have, from the room that the chain has given.
    uint32_t chunkFor(uint32_t room) const;
    bool runChunk(Pump &pump);
    bool mayGoOn(const Pump &pump) const;
    /// Gives back the worker and the room, and ends the stage's turn.
    void leave(Place &place);
    Stage *breakOff(Pump &pump);

    SourceStage &m_source;
    std::vector<Place> m_places; ///< the source first, the sink last; empty where the graph is no such chain
    size_t m_at = 0;             ///< the place that the pump is at
    uint32_t m_chunk = 0;        ///< batches that may be under way
    uint64_t m_cost = 0;         ///< nanoseconds a batch, in all places together
    uint32_t m_count = 0;        ///< batches that the source had for this chunk
    bool m_isExact = false;      ///< every chunk is timed, not only some
};

} // namespace millrace
