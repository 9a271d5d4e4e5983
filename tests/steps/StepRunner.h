// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <QByteArray>
#include <QTemporaryDir>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::test {

/// All built-in steps.
const StepRegistry &registry();

/// A folder that vanishes with the test.
class Folder
{
public:
    std::string path(const std::string &name = {}) const;
    /// Writes a file and returns its path.
    std::string write(const std::string &name, std::string_view text) const;
    std::string read(const std::string &name) const;
    bool has(const std::string &name) const;
    std::vector<std::string> names() const;

private:
    QTemporaryDir m_folder;
};

std::string readFile(const std::string &path);

/// A step with these parameters, a JSON object.
std::unique_ptr<Step> make(std::string_view type, const std::string &params);

/// What came out of a source or a step.
struct Items
{
    std::string failure;      ///< of opening, reading or processing
    SchemaPtr schema;         ///< as the source says before the first item
    std::vector<Value> items; ///< as objects; failed ones too
    std::vector<Value> ids;
    std::vector<int64_t> lines;
    std::vector<size_t> failedItems; ///< numbers of items
    std::vector<std::string> errors; ///< their messages
    std::vector<size_t> batchSizes;

    /// All items as JSON, one a line.
    std::string json() const;
    std::string idsJson() const;
};

/// Reads all with a source, as the engine does: fetch, and decode on another copy. Batches pass through `steps` before they
/// are looked at.
Items readAll(std::string_view type,
              const std::string &params,
              size_t batchSize = 100,
              const std::vector<Step *> &steps = {});

/// What leaves a step that may hold items back, opened, to which such batches come (each a list of items as JSON): what process()
/// leaves of them, without failed items, and what flush() gives then, so many at a time.
Items passAll(Step &step, const std::vector<std::string> &batches, size_t flushed = 7, const StepContext &context = {});

/// Reads all and writes what didn't fail with a sink, as the engine does. Empty, or what went wrong.
struct Copied
{
    std::string failure;
    std::vector<std::string> errors; ///< of the sink's items
};
Copied copyAll(std::string_view source,
               const std::string &sourceParams,
               std::string_view sink,
               const std::string &sinkParams,
               size_t batchSize = 100);

/// A batch with these items, objects or plain values, as JSON lists: data inputs, and expected outputs where there are any.
std::unique_ptr<Batch> batchOf(const std::string &dataInputs, const std::string &expectedOutputs = {});
/// The batch's items as JSON, one a line.
std::string jsonOf(const Batch &batch);

/// {"path": "…", and more} with the path written as JSON.
std::string withPath(const std::string &path, const std::string &more = {});

/// What read.csv makes of a file with that text; `more`: further parameters.
Items readCsvText(const std::string &text, const std::string &more = {}, size_t batchSize = 100);

QByteArray bytes(const std::string &text);

} // namespace millrace::test

/// Compares texts; shows both where they differ.
#define COMPARE_TEXT(actual, expected) QCOMPARE(millrace::test::bytes(actual), millrace::test::bytes(expected))
