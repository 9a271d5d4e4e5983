// SPDX-License-Identifier: MIT
#include "streaming/QueueWorker.h"

// Each call holds what it works on, so that one that waits may return after the worker is gone.

#include "data/errors/ExceptionError.h"
#include "streaming/tasks/WorkerThreads.h"

#include <array>

namespace millrace {

namespace {

std::string nameOf(const StepPrototype &step, const QueueWorkerOptions &options)
{
    return options.name.empty() ? step.name() : options.name;
}

/// How a record keeps a setting, and how it is read: false where the value is of another kind.
struct Setting
{
    const char *key;
    Value (*written)(const QueueWorkerOptions &);
    bool (*read)(QueueWorkerOptions &, const Value &);
};

template <auto Member>
constexpr Setting wholeNumber(const char *key)
{
    return {key, [](const QueueWorkerOptions &options) { return Value(int64_t(options.*Member)); },
            [](QueueWorkerOptions &options, const Value &value) {
                using Number = std::remove_reference_t<decltype(options.*Member)>;
                if (value.isInteger())
                    options.*Member = Number(value.toInteger());
                return value.isInteger();
            }};
}

constexpr std::array Settings{
    wholeNumber<&QueueWorkerOptions::workers>("workers"),
    wholeNumber<&QueueWorkerOptions::queueSize>("queueSize"),
    wholeNumber<&QueueWorkerOptions::retries>("retries"),
    wholeNumber<&QueueWorkerOptions::memoryLimit>("memoryLimit"),
    wholeNumber<&QueueWorkerOptions::seed>("seed"), // the same 64 bits, with a sign
    Setting{"workerArguments",
            [](const QueueWorkerOptions &options) {
                List sets;
                for (const Members &set : options.arguments)
                    sets.emplace_back(set);
                return Value(std::move(sets));
            },
            [](QueueWorkerOptions &options, const Value &value) {
                if (!value.isList())
                    return false;
                for (const Value &set : value.toList()) {
                    if (!set.isObject())
                        return false;
                    options.arguments.push_back(set.toObject());
                }
                return true;
            }},
    // Whether or not, as long as there were two places; the name of any other.
    Setting{"inProcesses",
            [](const QueueWorkerOptions &options) {
                const bool isPlain = options.runIn == RunIn::Threads || options.runIn == RunIn::Processes;
                return isPlain ? Value(options.runIn == RunIn::Processes) : Value(options.runIn.name());
            },
            [](QueueWorkerOptions &options, const Value &value) {
                if (!value.isBoolean() && !value.isText())
                    return false;
                options.runIn = value.isText()      ? RunIn(value.toText())
                                : value.toBoolean() ? RunIn::Processes
                                                    : RunIn::Threads;
                return true;
            }},
    Setting{"onError",
            [](const QueueWorkerOptions &options) { return Value(std::string(errorPolicyName(options.onError))); },
            [](QueueWorkerOptions &options, const Value &value) {
                for (const ErrorPolicy policy : {ErrorPolicy::Stop, ErrorPolicy::Skip})
                    if (value == Value(std::string(errorPolicyName(policy)))) {
                        options.onError = policy;
                        return true;
                    }
                return false;
            }},
    Setting{"timeLimit", [](const QueueWorkerOptions &options) { return Value(options.timeLimit); },
            [](QueueWorkerOptions &options, const Value &value) {
                if (value.isNumber())
                    options.timeLimit = value.toReal();
                return value.isNumber();
            }},
    Setting{"folder", [](const QueueWorkerOptions &options) { return Value(options.folder); },
            [](QueueWorkerOptions &options, const Value &value) {
                if (value.isText())
                    options.folder = value.toText();
                return value.isText();
            }},
};

Result<std::unique_ptr<QueueWorker>> workerOf(const StepRecord &record, const StepRegistry *registry)
{
    QueueWorkerOptions options;
    options.name = record.id;
    options.learnt = record.state;
    options.registry = registry;
    const Value settings(record.extra);
    for (const Setting &setting : Settings) {
        const Value *value = settings.member(setting.key);
        if (value && !setting.read(options, *value))
            return failure(ErrorKind::Settings, "The record of \"" + record.id + "\" has a \"" + setting.key
                                                    + "\" that can't be, " + describeValue(*value) + '.');
    }
    auto worker = std::make_unique<QueueWorker>(StepPrototype::registered(record.type, record.params), options);
    if (std::string problem = worker->problem(); !problem.empty())
        return failure(ErrorKind::Settings, std::move(problem));
    return worker;
}

} // namespace

QueueWorker::QueueWorker(StepPrototype step, QueueWorkerOptions options)
    : ObservableQueue(nameOf(step, options), options.queueSize, Unstarted())
    , d(std::make_shared<WorkerThreads>(std::move(step), std::move(options), name(), queue(), publisher()))
{}

QueueWorker::~QueueWorker()
{
    d->cancel();
}

std::string QueueWorker::problem() const
{
    const auto threads = d;
    return threads->problem();
}

bool QueueWorker::start()
{
    const auto threads = d;
    const Result<bool> started = caught([&]() -> Result<bool> { return threads->start(); });
    return started && *started;
}

void QueueWorker::stop()
{
    const auto threads = d;
    threads->stop();
}

void QueueWorker::cancel()
{
    const auto threads = d;
    threads->cancel();
}

bool QueueWorker::isRunning() const
{
    const auto threads = d;
    return threads->isRunning();
}

Result<StepRecord> QueueWorker::record() const
{
    if (!d->settingsProblem.empty())
        return failure(ErrorKind::Settings, d->settingsProblem);
    if (d->prototype.ownType())
        return failure(ErrorKind::Settings,
                       "The step \"" + name()
                           + "\" is made of this program's own code and can't be saved; use a registered "
                             "step.");
    return caught([&]() -> Result<StepRecord> {
        List waiting, subscribers;
        for (const int64_t number : queue()->waiting())
            waiting.emplace_back(number);
        for (const std::string &subscriber : subscriberNames())
            subscribers.emplace_back(subscriber);
        StepRecord record{name(), d->prototype.type(), d->prototype.params(), d->options.learnt, {}};
        for (const Setting &setting : Settings)
            record.extra.emplace_back(setting.key, setting.written(d->options));
        record.extra.emplace_back("waiting", Value(std::move(waiting)));
        record.extra.emplace_back("subscribers", Value(std::move(subscribers)));
        return record;
    });
}

Result<std::unique_ptr<QueueWorker>> QueueWorker::fromRecord(const StepRecord &record, const StepRegistry *registry)
{
    return caught([&]() -> Result<std::unique_ptr<QueueWorker>> { return workerOf(record, registry); });
}

} // namespace millrace
