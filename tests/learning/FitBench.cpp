// SPDX-License-Identifier: MIT
#include "FitBench.h"

#include "pipeline/PipelineFile.h"

#include <QtGlobal>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

namespace millrace::test {

namespace {

constexpr double Infinite = std::numeric_limits<double>::infinity();

/// Cells without quotes, which is all that these tests write.
std::vector<std::string> cellsOf(const std::string &line)
{
    std::vector<std::string> cells(1);
    for (const char c : line) {
        if (c == ',')
            cells.emplace_back();
        else
            cells.back() += c;
    }
    return cells;
}

double differenceOf(double left, double right)
{
    if (std::isnan(left) || std::isnan(right))
        return std::isnan(left) && std::isnan(right) ? 0 : Infinite;
    return std::abs(left - right) / std::max(1.0, std::abs(right));
}

} // namespace

const StepRegistry &registry()
{
    static const StepRegistry filled = [] {
        StepRegistry made;
        registerBuiltInSteps(made);
        return made;
    }();
    return filled;
}

std::string json(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

void FitBench::write(const std::string &name, std::string_view text) const
{
    std::ofstream(path(name), std::ios::binary) << text;
}

std::string FitBench::read(const std::string &name) const
{
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string FitBench::pipelineText(const std::vector<std::string> &steps, int batchSize)
{
    std::string text = "{\"millrace\": 1, \"batching\": {\"size\": " + std::to_string(batchSize) + "}, \"steps\": [",
                links;
    std::string before;
    for (const std::string &step : steps) {
        const size_t begin = step.find("\"id\": \"") + 7;
        const std::string id = step.substr(begin, step.find('"', begin) - begin);
        text += (before.empty() ? "" : ", ") + step;
        if (!before.empty())
            links += (links.empty() ? "" : ", ") + ("{\"from\": \"" + before + "\", \"to\": \"" + id + "\"}");
        before = id;
    }
    return text + "], \"links\": [" + links + "]}";
}

RunPlan FitBench::plan(const std::vector<std::string> &steps, int batchSize) const
{
    auto loaded = parsePipeline(pipelineText(steps, batchSize));
    if (!loaded)
        qFatal("%s", loaded.error().message.c_str());
    for (const Problem &problem : loaded->problems)
        qFatal("%s: %s", problem.step.c_str(), problem.text.c_str());
    auto made = compilePipeline(loaded->pipeline, registry());
    if (!made)
        qFatal("%s", made.error().message.c_str());
    return *std::move(made);
}

RunOptions FitBench::options(FittedStates states, uint64_t seed) const
{
    RunOptions options;
    options.folder = m_folder.path().toStdString();
    options.seed = seed;
    options.states = std::move(states);
    return options;
}

FittedStates FitBench::fit(const std::vector<std::string> &steps, int batchSize) const
{
    auto states = fitPlan(plan(steps, batchSize), options());
    if (!states)
        qFatal("%s", states.error().message.c_str());
    return *std::move(states);
}

std::string FitBench::fitError(const std::vector<std::string> &steps) const
{
    const auto states = fitPlan(plan(steps), options());
    return states ? std::string() : states.error().message;
}

std::string FitBench::run(const std::vector<std::string> &steps, FittedStates states, int batchSize) const
{
    const auto run = Run::create(plan(steps, batchSize), options(std::move(states)));
    if (!run)
        return run.error().message;
    (*run)->start();
    (*run)->waitForDone();
    const RunOutcome outcome = (*run)->outcome();
    return outcome.state == RunState::Finished ? std::string() : outcome.step + ": " + outcome.error.message;
}

std::vector<std::string> textsOf(const std::string &csv, const std::string &field)
{
    std::vector<std::string> texts;
    size_t column = 0;
    for (size_t begin = 0, row = 0; begin < csv.size(); ++row) {
        const size_t end = std::min(csv.find('\n', begin), csv.size());
        std::string line = csv.substr(begin, end - begin);
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        const std::vector<std::string> cells = cellsOf(line);
        if (row == 0) {
            column = size_t(std::find(cells.begin(), cells.end(), field) - cells.begin());
            if (column == cells.size())
                qFatal("no field %s in %s", field.c_str(), line.c_str());
        } else {
            texts.push_back(cells.at(column));
        }
        begin = end + 1;
    }
    return texts;
}

std::vector<double> numbersOf(const std::string &csv, const std::string &field)
{
    std::vector<double> numbers;
    for (const std::string &text : textsOf(csv, field))
        numbers.push_back(text.empty() ? std::nan("") : std::stod(text));
    return numbers;
}

double difference(const std::vector<double> &left, const std::vector<double> &right)
{
    if (left.size() != right.size())
        return Infinite;
    double most = 0;
    for (size_t i = 0; i < left.size(); ++i)
        most = std::max(most, differenceOf(left[i], right[i]));
    return most;
}

double difference(const Value &left, const Value &right)
{
    if (left.isNumber() && right.isNumber())
        return differenceOf(left.toReal(), right.toReal());
    double most = 0;
    if (left.isList() && right.isList() && left.toList().size() == right.toList().size()) {
        for (size_t i = 0; i < left.toList().size(); ++i)
            most = std::max(most, difference(left.toList()[i], right.toList()[i]));
        return most;
    }
    if (left.isObject() && right.isObject() && left.toObject().size() == right.toObject().size()) {
        for (size_t i = 0; i < left.toObject().size(); ++i) {
            if (left.toObject()[i].first != right.toObject()[i].first)
                return Infinite;
            most = std::max(most, difference(left.toObject()[i].second, right.toObject()[i].second));
        }
        return most;
    }
    return left == right ? 0 : Infinite;
}

} // namespace millrace::test
