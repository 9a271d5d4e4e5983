// SPDX-License-Identifier: MIT
#pragma once

#include "data/BatchCodec.h"
#include "data/files/AtomicFile.h"
#include "kept/KeptData.h"
#include "process/Descriptor.h"
#include "steps/Step.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace millrace {

/// What a run's keeper has come to, for whoever writes KeptData when the run is over.
struct Keeping
{
    std::atomic<bool> isComplete{false}; ///< all batches are in the file, which has its name
    std::atomic<uint64_t> batches{0}, items{0}, bytes{0}, mostItems{1};
    std::string step;     ///< whose port is kept, by its id; set before the run
    std::string token;    ///< set before the run
    unsigned sharing = 1; ///< how many keepers the disk is for; set before the run
};

/// A sink that keeps batches, as they are and in their order, for a later run. It never fails a run: what can't be written, or is more
/// than may be kept, ends the keeping with a warning, and what an earlier run has kept is gone.
class KeepSink final : public Sink
{
public:
    /// Bytes of a port that are kept at most; and never more than half of what the disk has left.
    static constexpr uint64_t MostBytes = 4ull << 30;

    KeepSink(std::string path, std::shared_ptr<Keeping> keeping, uint64_t mostBytes = MostBytes)
        : m_path(std::move(path)), m_keeping(std::move(keeping)), m_mostBytes(mostBytes)
    {}
    Result<> open(const StepContext &context) override;
    Result<> write(Batch &batch) override;
    Result<> settle() override;
    Result<> finish() override;
    std::string abandon() override;
    Resuming resuming() const override { return Resuming::Free; }

private:
    void give(const Result<> &done);

    const std::string m_path;
    const std::shared_ptr<Keeping> m_keeping;
    uint64_t m_mostBytes;
    RunLog *m_log = nullptr;
    AtomicFile m_file;
    bool m_isKeeping = false;
    std::string m_buffer;
};

/// Whether the file of batches is the one that belongs to these data, as long as it was then.
bool isKeptWhole(const std::string &path, const KeptData &kept);

/// Gives the batches that a KeepSink has kept: the same items with their ids and the places that they came from.
class KeptSource final : public Source
{
public:
    KeptSource(std::string path, KeptData kept) : m_path(std::move(path)), m_kept(std::move(kept)) {}
    Result<> open(const StepContext &context) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    void close() override { m_file.close(); }
    SchemaPtr schema() const override { return m_schema; }
    SourceProgress progress() const override;
    std::string originName() const override { return m_kept.originName; }

private:
    Result<bool> readBatch(Batch &batch);

    const std::string m_path;
    const KeptData m_kept;
    Descriptor m_file;
    BatchDecoder m_decoder;
    SchemaPtr m_schema = emptySchema();
    std::string m_buffer, m_ahead; ///< m_ahead: the first batch, whose fields the schema is of
    bool m_hasAhead = false;
    std::atomic<uint64_t> m_items{0};
};

} // namespace millrace
