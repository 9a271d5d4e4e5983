// SPDX-License-Identifier: MIT
#pragma once

#include "engine/stages/SerialStage.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace millrace {

/// Joins branches: all of the first, then of the second, …; batch by batch; as they arrive; or side by side.
class CombineStage final : public SerialStage
{
public:
    using SerialStage::SerialStage;
    void prepareInputs() override;
    void drop() override;
    void closeWorkers() override;
    std::vector<Joiner *> joinersOf(uint16_t input) override;
    /// A merge takes no more than it can pass on: no window holds back those before it.
    bool mayTakeMore() const override { return m_arrivedCount.load(std::memory_order_relaxed) == 0; }

protected:
    uint32_t mostTaken(uint32_t room) const override;
    void accept(Pump &pump, Batch *batch) override;
    Batch *next(Pump &pump, Worker &worker) override;

private:
    Batch *nextOfItems(Pump &pump);
    Batch *nextOfBatches();
    Batch *nextOfFields(Pump &pump);
    Batch *nextSlice(Pump &pump);
    void failUnequal();
    Batch *zip(Pump &pump, const std::vector<Batch *> &parts);
    bool planFields(const std::vector<Batch *> &parts);

    size_t m_current = 0;                       ///< the branch whose turn it is
    std::deque<Batch *> m_arrived;              ///< merge
    std::atomic<uint32_t> m_arrivedCount{0};    ///< of these, for other threads
    bool m_isAligned = true;                    ///< fields: all branches come from the same source batches
    std::vector<std::deque<Batch *>> m_waiting; ///< fields of different sources: by branch
    std::vector<size_t> m_used;                 ///< rows of the first waiting batch that are used up
    std::vector<uint64_t> m_leftOut;            ///< fields: items without partners in each other branch, by branch
    std::vector<SchemaPtr> m_zippedFrom;        ///< the schemas that the plan below is for
    SchemaPtr m_zipped;
    std::vector<std::pair<size_t, size_t>> m_zippedColumns; ///< branch and column of each field
};

} // namespace millrace
