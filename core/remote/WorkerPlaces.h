// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"
#include "steps/StepType.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace {

/// What the step of one worker is made from, wherever the worker is.
struct WorkerSpec
{
    const StepType *type = nullptr;
    Members params;                     ///< of the pipeline's step
    Members arguments;                  ///< of this worker alone, laid over them
    std::string folder;                 ///< that secrets are looked for in
    std::optional<double> timeLimit;    ///< seconds for an item; 0: any
    std::optional<int64_t> memoryLimit; ///< MiB; 0: any
};

/// A place where workers run. An entry of the table in WorkerPlaces.cpp is all there is to one: files, checks, forms, the C++ API
/// and the command line know it from there.
struct WorkerPlace
{
    std::string_view name;  ///< in pipeline files: "threads"
    std::string_view title; ///< in forms: "Threads"
    std::string_view help;  ///< what workers are there, within a sentence
    /// They are other processes: steps have to be registered and what they learn saved to get there, and limits of time and memory
    /// bind all steps, not only those that keep to them by themselves.
    bool isApart = false;
    /// Whether steps of that type can work there; others stay in threads.
    bool (*takes)(const StepType &type) = nullptr;
    std::string_view takesOnly; ///< a clause that says which steps those are; empty: all
    Result<std::unique_ptr<Step>> (*make)(const WorkerSpec &spec) = nullptr;
};

/// The name of the place that isn't on this machine: the cluster that a run is started on (ClusterSession).
inline constexpr std::string_view ClusterPlace = "cluster";
/// Whether workers of such steps can be there.
bool mayRunInCluster(const StepType &type);

/// All places on this machine; the first is where workers are unless the file says otherwise.
std::span<const WorkerPlace> workerPlaces();
/// Null where this build has none of that name.
const WorkerPlace *workerPlace(std::string_view name);
/// Where workers of such a step are when the pipeline says `name`.
const WorkerPlace &workerPlaceFor(std::string_view name, const StepType &type);

/// `"threads" or "processes"`: the names in quotes, with that word before the last.
std::string workerPlaceNames(std::string_view word);
/// The helps of all, as a sentence.
std::string workerPlacesHelp();

/// Parameters with others in their place.
Members laidOver(Members params, const Members &arguments);

} // namespace millrace
