// SPDX-License-Identifier: MIT
#include "engine/flow/HeldBatches.h"

#include <algorithm>

namespace millrace {

HeldBatches::~HeldBatches()
{
    for (const Row &row : m_rows)
        for (const auto &[batch, bytes] : row.batches)
            delete batch;
}

Result<> HeldBatches::keep(Batch &batch)
{
    const uint64_t bytes = batch.byteSize();
    if (hasRoomFor(bytes)) {
        batch.heldBytes = bytes;
        addHeld(bytes);
        return {};
    }
    const uint64_t before = m_file.end();
    const auto place = m_file.write(batch);
    if (!place)
        return place.forward();
    addSpilled(m_file.end() - before);
    m_places.emplace(&batch, *place);
    batch.heldBytes = 0;
    batch.giveBackMemory();
    return {};
}

Result<> HeldBatches::bringBack(Batch &batch)
{
    addHeld(0 - batch.heldBytes);
    batch.heldBytes = 0;
    if (m_places.empty())
        return {};
    const auto found = m_places.find(&batch);
    if (found == m_places.end())
        return {};
    const auto end = m_file.read(found->second, batch);
    m_places.erase(found);
    if (m_places.empty())
        m_file.clear();
    return end ? Result<>() : end.forward();
}

Result<> HeldBatches::push(size_t row, Batch *batch, Batch *&spare)
{
    Row &to = m_rows[row];
    spare = nullptr;
    const uint64_t bytes = batch->byteSize();
    if (!to.isSpilled() && hasRoomFor(bytes)) {
        to.batches.emplace_back(batch, bytes);
        addHeld(bytes);
        return {};
    }
    spare = batch;
    if (!to.file)
        to.file = std::make_unique<SpillFile>(m_folder);
    const uint64_t before = to.file->end();
    const auto place = to.file->write(*batch);
    if (!place)
        return place.forward();
    addSpilled(to.file->end() - before);
    return {};
}

Result<Batch *> HeldBatches::pop(size_t row, Batch *spare, bool &usedSpare)
{
    Row &from = m_rows[row];
    usedSpare = false;
    if (!from.batches.empty()) {
        const auto [batch, bytes] = from.batches.front();
        from.batches.pop_front();
        addHeld(0 - bytes);
        return batch;
    }
    const auto end = from.file->read(from.readAt, *spare);
    if (!end)
        return end.forward();
    from.readAt = *end;
    if (from.isSpilled()) {
        from.file->forgetBefore(from.readAt);
    } else {
        from.file->clear();
        from.readAt = 0;
    }
    usedSpare = true;
    return spare;
}

} // namespace millrace
