// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"
#include "steps/Step.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// A step as plain data: what is left of it to be kept after each saver has taken its part.
struct StepRecord
{
    std::string id;
    std::string type;
    Members params;
    Value state;   ///< Step::state(); null once a saver has put it elsewhere
    Members extra; ///< whatever savers want to find again

    bool operator==(const StepRecord &) const = default;
};

/// The files of one saved step. Names are given without a folder; what is written here is listed, with a checksum, in the
/// manifest of the whole.
class StepFiles
{
public:
    virtual ~StepFiles() = default;
    /// Writes `ID.SUFFIX`.
    virtual Result<> write(std::string_view suffix, std::string_view bytes) = 0;
    /// What was written under that suffix; the error names the file.
    virtual Result<std::string> read(std::string_view suffix) const = 0;
    virtual bool has(std::string_view suffix) const = 0;
};

/// Keeps a part of a step, and brings it back. Savers stand in a chain: when a step is saved each in its turn takes out of the
/// record what it keeps in a way of its own (or what must not be kept at all, like queues and subscribers), and the last one
/// writes what is left; when it is loaded they go in the opposite order.
///
/// Savers hold no state; all functions are safe on any thread.
class StepSaver
{
public:
    virtual ~StepSaver() = default;
    /// How the manifest names it.
    virtual std::string_view name() const = 0;
    /// Whether what these files hold of the step is of this saver's making and can be loaded.
    virtual bool canLoad(const StepRecord &record, const StepFiles &files) const = 0;
    /// Takes its part out of the record. An error says why the step can't be saved.
    virtual Result<> save(StepRecord &record, StepFiles &files) const = 0;
    /// Puts its part back.
    virtual Result<> load(StepRecord &record, const StepFiles &files) const = 0;
};

/// Which savers a type of step goes through, first to last.
using SaverChain = std::vector<std::shared_ptr<const StepSaver>>;

/// The savers of a program: the default chain (a binary file for what is large, JSON for the rest), and those of single types.
class StepSavers
{
public:
    StepSavers();
    /// These go first for that type; the default chain follows.
    void add(const std::string &type, SaverChain savers) { m_ofType[type] = std::move(savers); }
    SaverChain chainOf(const std::string &type) const;

private:
    SaverChain m_default;
    std::map<std::string, SaverChain> m_ofType;
};

/// Saves a step through its chain.
Result<> saveStep(StepRecord record, const SaverChain &chain, StepFiles &files);
/// Loads it the other way round. `record` comes with the id and type.
Result<StepRecord> loadStep(StepRecord record, const SaverChain &chain, const StepFiles &files);

} // namespace millrace
