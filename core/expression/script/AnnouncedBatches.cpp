// SPDX-License-Identifier: MIT
#include "expression/script/AnnouncedBatches.h"

#include "expression/script/ScriptProcess.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t MostBytes = 48 * 1024; ///< far less than a socket takes that nobody reads

} // namespace

void AnnouncedBatches::send(ScriptProcess &process,
                            std::span<Batch *const> batches,
                            double seconds,
                            const Encode &encode)
{
    if (!process.isRunning() || !m_sent.empty())
        return;
    size_t together = 0;
    for (const Batch *batch : batches.first(std::min(batches.size(), Most))) {
        std::string &bytes = encode(*batch);
        together += bytes.size();
        if (together > MostBytes)
            return;
        m_sent.push_back(
            {batch, batch->sequence, batch->size()}); // what is sent and not known here would be answered to another
        if (!process.send(ScriptMessage::Items, bytes, seconds * double(batch->size() + 1))) {
            m_sent.pop_back();
            return;
        }
    }
}

bool AnnouncedBatches::isNext(const Batch &batch) const
{
    if (m_sent.empty())
        return false;
    const Sent &next = m_sent.front();
    return next.batch == &batch && next.sequence == batch.sequence && next.items == batch.size();
}

void AnnouncedBatches::discard(ScriptProcess &process, double seconds)
{
    for (; !m_sent.empty() && process.isRunning(); m_sent.pop_front())
        (void)process.receive(seconds * double(m_sent.front().items + 1));
    m_sent.clear();
}

} // namespace millrace
