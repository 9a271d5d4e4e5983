// SPDX-License-Identifier: MIT
#pragma once

#include "engine/stages/FusedChain.h"
#include "engine/stages/TransformStage.h"

#include <memory>

namespace millrace {

struct JournalEntry;

/// Fetches batches from a source, one thread at a time, for as long as there is room downstream and in the admission window.
/// Numbers them, and keeps, drops or pads the last one.
class SourceStage final : public Stage
{
public:
    SourceStage(StageHost &host, const PlannedStep &plan, int step, uint32_t number, bool isTwoPhase);

    Result<> open() override;
    bool begin(Pump &pump) override;
    Stage *perform(Pump &pump) override;
    void performFused(Pump &pump, Worker &worker) override;
    /// After the graph is complete.
    void prepareFusedChain() { m_fusedChain = std::make_unique<FusedChain>(*this); }
    bool hasEnded() const { return m_hasEnded.load(std::memory_order_relaxed); }
    /// Whether the window lets that many batches more in. The head is scheduled once it does. Only the one at work here.
    bool admits(uint32_t batches) { return admitted(batches) == batches; }
    /// How many of so many batches the window lets in.
    uint32_t admitted(uint32_t wanted) { return domain()->room(m_next, wanted); }
    bool startsDomain() const override { return true; }
    /// So far, those included that couldn't be taken apart.
    uint64_t itemsRead() const { return m_itemsRead.value(); }
    const ReadTimes &readTimes() const { return m_readTimes; }
    int mostWorkers() const override { return 1; }
    void drop() override;
    const Source &source() const { return static_cast<const Source &>(*firstStep()); }

protected:
    bool hasMoreToDo() const override { return !m_hasEnded.load(std::memory_order_acquire); }

private:
    Batch *fetch(Pump &pump, Worker &worker);
    Batch *fetchOne(Pump &pump, Worker &worker);
    uint32_t fetchQuick(Pump &pump, Worker &worker, std::vector<Batch *> &batches, uint64_t &items);
    uint32_t fetchPlain(Pump &pump, Worker &worker, std::vector<Batch *> &batches, uint64_t &items);
    bool wouldWait(Worker &worker);
    void number(Batch &batch);
    Result<> passOver(Source &source, const JournalEntry &entry);
    void refuse(const Batch &batch, Worker &worker);
    Batch *treatIfLast(Pump &pump, Worker &worker, Batch *batch);
    void failFetching(Worker &worker, const Error &error);
    Batch *makeEmpty(Pump &pump);
    bool mustEnd() const { return m_host.isStopping() || m_next > m_host.stopSequence(); }

    size_t itemsOf(const Batch &batch) const { return m_isTwoPhase ? batch.raw().rows : batch.size(); }
    void learnItemSize(const Batch &batch);

    const uint32_t m_number;
    const bool m_isTwoPhase;
    uint64_t m_next = 0;               ///< number of the next batch; only the one worker
    uint64_t m_numbered = 0;           ///< items of the batches before it
    Batch *m_ahead = nullptr;          ///< fetched to learn whether the one before was the last
    uint64_t m_itemsLeft = UINT64_MAX; ///< until it ends, as RunOptions::itemsPerSource says; the greatest: no such end
    size_t m_mostItems;                ///< of a batch, so that it doesn't hold more than it should
    bool m_isExhausted = false;
    Counter m_itemsRead;
    ReadTimes m_readTimes;
    std::atomic<bool> m_hasEnded{false};
    std::unique_ptr<FusedChain> m_fusedChain;
};

/// The parallel half of a source: takes raw text apart into fields.
class DecodeStage final : public TransformStage
{
public:
    DecodeStage(StageHost &host, const PlannedStep &plan, int step, const SourceStage &fetch)
        : TransformStage(host, plan, step), m_fetch(fetch)
    {
        setAppliesOtherwise();
    }

protected:
    Result<> openWorker(Worker &worker) override;
    Result<> apply(Step &step, Batch &batch) override;
    bool keepsItems() const override { return true; }

private:
    void reset(Batch &batch) const;
    void decode(Source &source, Batch &batch) const;
    void decodeAgain(Source &source, Batch &failed) const;

    const SourceStage &m_fetch;
};

} // namespace millrace
