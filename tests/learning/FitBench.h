// SPDX-License-Identifier: MIT
#pragma once

#include "learning/Fit.h"
#include "steps/StepType.h"

#include <QTemporaryDir>

#include <string>
#include <string_view>
#include <vector>

namespace millrace::test {

const StepRegistry &registry();

/// With ' for ": JSON that can be read within C++.
std::string json(std::string text);

/// A folder with data and results, and pipelines in a row: a source, steps, a sink.
class FitBench
{
public:
    std::string path(const std::string &name) const { return m_folder.path().toStdString() + '/' + name; }
    void write(const std::string &name, std::string_view text) const;
    std::string read(const std::string &name) const;

    /// The file's text: the steps, JSON objects without links, are linked in their order.
    static std::string pipelineText(const std::vector<std::string> &steps, int batchSize = 7);
    RunPlan plan(const std::vector<std::string> &steps, int batchSize = 7) const;
    RunOptions options(FittedStates states = {}, uint64_t seed = 1) const;

    /// Fits; fails the program where that fails.
    FittedStates fit(const std::vector<std::string> &steps, int batchSize = 7) const;
    /// The error of a fit, or empty.
    std::string fitError(const std::vector<std::string> &steps) const;
    /// Runs with these states, and gives the error, or empty.
    std::string run(const std::vector<std::string> &steps, FittedStates states, int batchSize = 7) const;

private:
    QTemporaryDir m_folder;
};

/// The numbers of a field of a CSV text; NaN where it is empty.
std::vector<double> numbersOf(const std::string &csv, const std::string &field);
std::vector<std::string> textsOf(const std::string &csv, const std::string &field);

/// The largest difference, relative where the numbers are larger than 1; infinite where the lengths differ.
double difference(const std::vector<double> &left, const std::vector<double> &right);
/// The same for all numbers in two values of the same form; infinite where the rest differs.
double difference(const Value &left, const Value &right);

} // namespace millrace::test
