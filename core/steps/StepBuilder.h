// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace millrace {

/// A value for messages about it: `the text "abc"`, shortened where it is long.
std::string describeValue(const Value &value);

/// {from, to} in the order of the file.
using TextPairs = std::vector<std::pair<std::string, std::string>>;

/// How each C++ type of a parameter is read from a Value and written as one. Errors say what was expected.
template <class T>
struct ParamCodec;

template <>
struct ParamCodec<std::string>
{
    static constexpr ParamKind kind = ParamKind::Text;
    static Value write(const std::string &value) { return Value(value); }
    static Result<std::string> read(const Value &value);
};
template <>
struct ParamCodec<bool>
{
    static constexpr ParamKind kind = ParamKind::Boolean;
    static Value write(bool value) { return Value(value); }
    static Result<bool> read(const Value &value);
};
template <>
struct ParamCodec<int64_t>
{
    static constexpr ParamKind kind = ParamKind::Integer;
    static Value write(int64_t value) { return Value(value); }
    static Result<int64_t> read(const Value &value);
};
template <>
struct ParamCodec<int>
{
    static constexpr ParamKind kind = ParamKind::Integer;
    static Value write(int value) { return Value(value); }
    static Result<int> read(const Value &value);
};
template <>
struct ParamCodec<double>
{
    static constexpr ParamKind kind = ParamKind::Number;
    static Value write(double value) { return value == double(int64_t(value)) ? Value(int64_t(value)) : Value(value); }
    static Result<double> read(const Value &value);
};
template <>
struct ParamCodec<std::vector<std::string>>
{
    static constexpr ParamKind kind = ParamKind::FieldNames;
    static Value write(const std::vector<std::string> &value);
    static Result<std::vector<std::string>> read(const Value &value);
};
template <>
struct ParamCodec<TextPairs>
{
    static constexpr ParamKind kind = ParamKind::TextMap;
    static Value write(const TextPairs &value);
    static Result<TextPairs> read(const Value &value);
};
template <>
struct ParamCodec<Value>
{
    static constexpr ParamKind kind = ParamKind::Any;
    static Value write(const Value &value) { return value; }
    static Result<Value> read(const Value &value) { return value; }
};

/// What a step says about one of its parameters.
class ParamBuilder
{
public:
    ParamBuilder(StepType &type, size_t index) : m_type(&type), m_index(index) {}
    ParamBuilder &title(std::string text) { return set(&Param::title, std::move(text)); }
    ParamBuilder &help(std::string text) { return set(&Param::help, std::move(text)); }
    ParamBuilder &unit(std::string text) { return set(&Param::unit, std::move(text)); }
    ParamBuilder &kind(ParamKind kind) { return set(&Param::kind, kind); }
    /// A text that nobody may see, such as a password: in the pipeline stands where it is, {"env": "NAME"} or {"file": "path"}.
    ParamBuilder &secret() { return set(&Param::isSecret, true); }
    /// The file of a database, or the address of a server.
    ParamBuilder &database() { return set(&Param::isDatabase, true); }
    /// A text such as basic:USER:env:NAME or bearer:env:NAME: how to log in, and where the secret for it is.
    ParamBuilder &credential() { return set(&Param::isCredential, true); }
    /// Of a folder: files in it are changed.
    ParamBuilder &written() { return set(&Param::isWritten, true); }
    /// The same, but where another parameter is that text.
    ParamBuilder &writtenUnless(std::string param, std::string value)
    {
        set(&Param::leavesParam, std::move(param));
        set(&Param::leavesValue, std::move(value));
        return written();
    }
    /// Of an object of texts: any of them may be such a reference.
    ParamBuilder &secretsAllowed() { return set(&Param::holdsSecrets, true); }
    /// `${name}` in it may mean something else than a parameter of the pipeline. Expressions and code needn't say so.
    ParamBuilder &ownBraces() { return set(&Param::hasOwnBraces, true); }
    ParamBuilder &required() { return set(&Param::isRequired, true); }
    ParamBuilder &range(double minimum, double maximum)
    {
        set(&Param::minimum, minimum);
        return set(&Param::maximum, maximum);
    }
    ParamBuilder &choices(std::vector<std::string> words)
    {
        set(&Param::kind, ParamKind::Choice);
        return set(&Param::choices, std::move(words));
    }

private:
    template <class T, class V>
    ParamBuilder &set(T Param::*member, V &&value)
    {
        m_type->params[m_index].*member = std::forward<V>(value);
        return *this;
    }
    StepType *m_type;
    size_t m_index;
};

/// A step's declaration: `static void describe(StepBuilder<Grep> &step)`.
template <class T>
class StepBuilder
{
public:
    explicit StepBuilder(StepType &type) : m_type(type) {}

    StepBuilder &id(std::string id) { return set(&StepType::id, std::move(id)); }
    StepBuilder &title(std::string text) { return set(&StepType::title, std::move(text)); }
    StepBuilder &help(std::string text) { return set(&StepType::help, std::move(text)); }
    StepBuilder &family(Family family) { return set(&StepType::family, family); }
    StepBuilder &icon(std::string name) { return set(&StepType::icon, std::move(name)); }
    StepBuilder &opens(std::vector<std::string> suffixes) { return set(&StepType::opens, std::move(suffixes)); }
    StepBuilder &combines() { return set(&StepType::kind, StepKind::Combine); }
    StepBuilder &synonyms(std::vector<std::string> words) { return set(&StepType::synonyms, std::move(words)); }
    StepBuilder &formerly(std::string id)
    {
        m_type.formerIds.push_back(std::move(id));
        return *this;
    }
    /// The stream first, then what is read before it: see StepType::inputPorts. Such a step is ordered.
    StepBuilder &inputPorts(std::vector<std::string> names) { return set(&StepType::inputPorts, std::move(names)); }
    StepBuilder &outputPorts(std::vector<std::string> names) { return set(&StepType::outputPorts, std::move(names)); }
    /// Its output ports follow from a parameter: `ports` says which a step with its parameters has; outputPorts() are those of one
    /// without any, or with wrong ones.
    StepBuilder &outputPortsFrom(std::string param, std::vector<std::string> (T::*ports)() const)
    {
        m_type.portsParam = std::move(param);
        m_type.findPorts = [ports](const Step &step) { return (static_cast<const T &>(step).*ports)(); };
        return *this;
    }
    StepBuilder &mostWorkers(int count) { return set(&StepType::mostWorkers, count); }
    StepBuilder &needsAllInputs() { return set(&StepType::needsAllInputs, true); }
    StepBuilder &nesting(Nesting nesting) { return set(&StepType::nesting, nesting); }
    StepBuilder &remembers() { return set(&StepType::remembers, true); }
    StepBuilder &ordered() { return set(&StepType::isOrdered, true); }
    StepBuilder &fittable() { return set(&StepType::isFittable, true); }
    StepBuilder &mergeable() { return set(&StepType::isMergeable, true); }
    StepBuilder &needsExpectedOutput() { return set(&StepType::needsExpectedOutput, true); }
    StepBuilder &changesItemCount() { return set(&StepType::changesItemCount, true); }
    StepBuilder &reachesNetwork() { return set(&StepType::reachesNetwork, true); }
    StepBuilder &changesFiles() { return set(&StepType::changesFiles, true); }
    StepBuilder &ownProcess() { return set(&StepType::hasOwnProcess, true); }
    StepBuilder &holdsBack() { return set(&StepType::holdsBack, true); }
    StepBuilder &keepsItemsOnError() { return set(&StepType::keepsItemsOnError, true); }

    /// The member's initial value is the default. It may be a base class's.
    template <class M, class B>
    requires std::derived_from<T, B> ParamBuilder param(std::string name, M B::*member)
    {
        Param param;
        param.kind = ParamCodec<M>::kind;
        param.defaultValue = ParamCodec<M>::write(T().*member);
        param.name = std::move(name);
        param.apply = [member](Step &step, const Value &value) -> Result<> {
            auto read = ParamCodec<M>::read(value);
            if (!read)
                return read.forward();
            static_cast<T &>(step).*member = *std::move(read);
            return {};
        };
        m_type.params.push_back(std::move(param));
        return ParamBuilder(m_type, m_type.params.size() - 1);
    }

private:
    template <class M, class V>
    StepBuilder &set(M StepType::*member, V &&value)
    {
        m_type.*member = std::forward<V>(value);
        return *this;
    }
    StepType &m_type;
};

template <class T>
void StepRegistry::add()
{
    StepType type;
    if constexpr (std::derived_from<T, Source>) {
        type.kind = StepKind::Source;
        type.inputPorts = {};
        type.outputPorts = {"out"};
        type.mostWorkers = 0;
    } else if constexpr (std::derived_from<T, Sink>) {
        type.kind = StepKind::Sink;
        type.outputPorts = {};
    }
    type.make = [] { return std::make_unique<T>(); };
    StepBuilder<T> builder(type);
    T::describe(builder);
    add(std::move(type));
}

} // namespace millrace
