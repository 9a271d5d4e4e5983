// SPDX-License-Identifier: MIT
#pragma once

#include "engine/Run.h"

#include <QByteArray>

#include <memory>
#include <string>
#include <vector>

namespace millrace::test {

/// A step between `generate` and a view, for tests of scripts and programs.
struct ScriptWish
{
    std::string type;   ///< of the step
    std::string params; ///< JSON object
    int count = 6;
    int batch = 3;
    std::string more = R"("onError": "skip")"; ///< further keys of the step
    std::string folder = {};
};

/// What a run of it came to.
struct ScriptOutcome
{
    std::unique_ptr<Run> run;
    std::string items;               ///< JSON, one a line
    std::vector<LogRecord> errors;   ///< of items
    std::vector<LogRecord> messages; ///< the rest of the log

    bool says(const std::string &text) const;
};

std::unique_ptr<Run> startScript(const ScriptWish &wish);
ScriptOutcome runScript(const ScriptWish &wish);

/// The text as JSON.
std::string quoted(const std::string &text);

} // namespace millrace::test

/// Compares items as JSON; shows both where they differ.
#define COMPARE_ITEMS(actual, expected) QCOMPARE(QByteArray::fromStdString(actual), QByteArray::fromStdString(expected))
