// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>

namespace millrace {

class ScriptProcess;

/// The batches that a script's process was given before their results were asked for, so that the engine doesn't wait while an answer is on
/// its way and the next batch is made ready. One thread at a time.
class AnnouncedBatches
{
public:
    static constexpr size_t Most = 8;
    /// The message for a batch; the text is changed by who sends it.
    using Encode = std::function<std::string &(const Batch &)>;

    /// Sends batches whose results will be asked for next, in this order; none while there are others. Small ones only: what both sides write
    /// must fit into the socket, or they'd wait for each other. `seconds`: that an item may take, 0: any.
    void send(ScriptProcess &process, std::span<Batch *const> batches, double seconds, const Encode &encode);

    bool isEmpty() const { return m_sent.empty(); }
    /// Whether the process answers next for that batch, as it was sent.
    bool isNext(const Batch &batch) const;
    /// Its answer is being taken.
    void takeNext() { m_sent.pop_front(); }
    /// Takes the answers that nobody asked for, so that the next one is that of what is asked next.
    void discard(ScriptProcess &process, double seconds);
    /// Of a process that is gone.
    void clear() { m_sent.clear(); }

private:
    struct Sent
    {
        const Batch *batch = nullptr;
        uint64_t sequence = 0;
        size_t items = 0;
    };

    std::deque<Sent> m_sent; ///< in order
};

} // namespace millrace
