// SPDX-License-Identifier: MIT
#pragma once

#include "data/Schema.h"
#include "formats/bytes/FileBytes.h"
#include "formats/guess/FormatGuess.h"
#include "steps/StepType.h"

#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What a look at the beginning of a file finds: how a source would read it, and its first items.
struct FileLook
{
    std::string type; ///< of the source's step
    std::string encoding;
    bool isEncodingGuessed = false;
    std::string packing; ///< "gzip"; empty: it isn't packed
    std::string lineEnd; ///< "LF", "CRLF", "CR", "mixed"; empty: there is none in what was looked at
    std::vector<FormatGuess> guesses;
    std::vector<std::string> warnings;
    SchemaPtr schema;                  ///< null: not known
    List items;                        ///< objects, those that would fail as well
    std::vector<std::string> failures; ///< of items: sentences
};

/// What a look needs of a pipe, a device or standard input ("-"), which can be read only once: at most 256 KiB of it are taken.
/// Nothing of a file. Waits for the first bytes. Fails for what can't be read.
Result<std::optional<StreamHead>> headForLook(const std::string &path);

/// The type of the source that fits a file, by what it holds and by its name. `head`: all that is looked at of a stream. Fails with a
/// sentence for what can't be read and what no source reads.
Result<std::string> sourceTypeFor(const StepRegistry &registry,
                                  const std::string &path,
                                  const StreamHead *head = nullptr);

/// Looks at the first `items` items of a file, or as many as a few hundred KiB hold, but few of thousands of fields, as that source with these parameters reads it;
/// some parameter names the file, and a relative path is in `folder`. Takes some 10 ms, whatever the file's length. `head`: all
/// that is looked at of a stream. Fails with a sentence for what can't be read, and for a stream without a head.
Result<FileLook> lookAtFile(const StepRegistry &registry,
                            const std::string &type,
                            const Value &params,
                            const std::string &folder,
                            size_t items,
                            const StreamHead *head = nullptr);

} // namespace millrace
