// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "steps/Step.h"

#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// What a step is for: its group in the palette, its colour and icon.
enum class Family : uint8_t { Source, Transform, Filter, Script, Combine, Model, Sink, Simulate };

std::string_view familyName(Family family);

/// What kind of value a parameter holds: from it come the form's editor and the check.
enum class ParamKind : uint8_t {
    Text,
    Integer,
    Number,
    Boolean,
    Choice,
    Expression,         ///< of the expression language
    NumberOrExpression, ///< a number, or text that is an expression
    InputFile,
    OutputFile,
    Folder,
    FieldName,
    FieldNames, ///< a list of texts
    TextMap,    ///< an object of texts, e.g. {old: new}
    Code,
    Any ///< any JSON value
};

std::string_view paramKindName(ParamKind kind);

/// One parameter as declared by its step.
struct Param
{
    std::string name;
    std::string title; ///< as on the form; from the name where not given
    std::string help;
    std::string unit;
    ParamKind kind = ParamKind::Text;
    Value defaultValue;
    bool isRequired = false;
    bool isSecret =
        false; ///< its value is a reference to where the secret is, see Secret.h; it stands nowhere in plain
    bool hasOwnBraces = false; ///< `${name}` in it may mean something of its own, so that names nobody declared stay
    bool isDatabase =
        false; ///< of InputFile or OutputFile: may be the address of a server, and its file has parts that several use
    bool holdsSecrets = false; ///< an object of texts, each of which may be such a reference
    bool isCredential = false; ///< a text that says how to log in and where the secret is, see Credential
    bool isWritten = false;    ///< of a folder: files in it are changed, so that it is asked for as what is written
    std::string leavesParam{}, leavesValue{}; ///< but not where that parameter is that text
    double minimum = -std::numeric_limits<double>::infinity();
    double maximum = std::numeric_limits<double>::infinity();
    std::vector<std::string> choices;

    /// Empty, or a sentence that says why the value doesn't fit.
    std::string problemOf(const Value &value) const;
    /// What somebody typed for it, on a command line or in a form: text stays text where the parameter is one, else JSON
    /// (`4`, `true`, `["a"]`) is read as such.
    Value fromText(std::string_view text) const;
    std::function<Result<>(Step &, const Value &)> apply;
};

/// Of a help text: enough for a list and for what is missing.
std::string_view firstSentence(std::string_view help);

enum class StepKind : uint8_t { Source, Transform, Combine, Sink };

/// What a step is where pipelines stand within pipelines.
enum class Nesting : uint8_t {
    None,
    Pipeline, ///< it stands for the steps of a file
    Input,    ///< what comes from outside enters there
    Output    ///< what arrives there leaves for outside
};

struct ProgramManifest;

/// What StepType::opens says of folders, and of files that no other step opens.
inline constexpr const char *FolderFile = "/", *AnyFile = "*";

/// All that is known of a kind of step without running it: declared once in the step's own file, or in a manifest.
struct StepType
{
    std::string id;    ///< as in pipeline files
    std::string title; ///< as on the palette
    std::string help;
    std::string icon; ///< a name of resources/icons, without .svg; empty: its family's
    Family family = Family::Transform;
    StepKind kind = StepKind::Transform;
    std::vector<Param> params;
    /// Sources have none. Where there are several, one link leads to each: the first is the stream, and what comes by the others is
    /// taken first and whole, see Step::takeSide(). Of a step that combines many links lead to the only one.
    std::vector<std::string> inputPorts{"in"};
    std::vector<std::string> outputPorts{"out"}; ///< without `error`, which every step that can fail on an item has
    std::string portsParam; ///< the parameter that says which output ports there are; empty: always those above
    /// Those of a step with its parameters, where one of them says so: see portsOf().
    std::function<std::vector<std::string>(const Step &)> findPorts;
    std::vector<std::string> synonyms;  ///< words under which the search finds it
    std::vector<std::string> formerIds; ///< that old files use
    std::vector<std::string>
        opens;                ///< suffixes, in lower case, of the files that become such a source when they are dropped
    int mostWorkers = 0;      ///< 0: as many as one likes
    bool isOrdered = false;   ///< needs its batches in the order of the source, one at a time
    bool isFittable = false;  ///< learns from items, and can work only then; but see learns()
    bool isMergeable = false; ///< what several workers have learnt can be brought together
    bool needsExpectedOutput = false; ///< to learn, not to work
    bool remembers = false;           ///< may keep something from item to item that nobody else knows of, as scripts do
    bool hasOwnProcess = false;       ///< its workers start processes themselves
    bool needsAllInputs = false;      ///< of a step that combines: an item of each branch makes one of its own
    bool reachesNetwork = false;      ///< whoever runs somebody else's pipeline is asked before, and nothing tries it
    bool changesFiles = false; ///< as a sink does, though its items go on: nothing tries it while it is being drawn
    bool changesItemCount = false;
    bool holdsBack = false;         ///< may keep batches for later (sorting, grouping)
    bool keepsItemsOnError = false; ///< process() leaves failed rows, and the batch when it fails, as they came in
    Nesting nesting = Nesting::None;
    std::shared_ptr<const ProgramManifest> manifest; ///< that declares it, and names its program; null: it is built in
    std::function<std::unique_ptr<Step>()> make;

    const Param *param(std::string_view name) const;
    bool hasErrorPort() const { return kind == StepKind::Transform || kind == StepKind::Source; }
    bool hasNamedInputs() const { return inputPorts.size() > 1; }
    bool hasInput() const { return kind != StepKind::Source; }
    bool hasOutput() const { return kind != StepKind::Sink; }
    /// The output ports of a step with these parameters, without `error`. Where they are wrong: `outputPorts`.
    std::vector<std::string> portsOf(const Members &params) const;
    /// A step with these parameters laid over the defaults, but without secrets. Unknown names are left alone; wrong values are
    /// an error.
    Result<std::unique_ptr<Step>> create(const Members &params) const;
    /// Gives it the secrets that the parameters refer to, which create() leaves out: before open(), and only where it is to run.
    /// `folder`: that relative paths are relative to. Fails where one is missing; no message has a secret in it.
    Result<> giveSecrets(Step &step, const Members &params, const std::string &folder) const;
    /// Whether a step with these parameters has to learn before it can work. Where they are wrong, too: who makes it says so.
    bool learns(const Members &params) const;
};

/// Whether its workers may be processes: steps that work on each batch by itself, and have no process of their own.
inline bool mayRunInProcesses(const StepType &type)
{
    return type.kind == StepKind::Transform && !type.isOrdered && !type.hasOwnProcess;
}

/// The step types of a program. Made by main(), handed down; safe on all threads once it is filled by add().
class StepRegistry
{
public:
    StepRegistry() = default;
    StepRegistry(const StepRegistry &other) : StepRegistry() { *this = other; }
    StepRegistry &operator=(const StepRegistry &other);

    /// Registers a class with a static describe(StepBuilder<T> &).
    template <class T>
    void add();
    void add(StepType type);
    /// Takes these beside what was added, in place of those that were declared before. What was handed out until now, references
    /// and pointers included, stays valid as long as the registry. One thread at a time, whatever others do meanwhile.
    void setDeclared(const std::vector<StepType> &types);
    /// By id or former id; null where there is none.
    const StepType *find(std::string_view id) const;
    /// Sorted by family, then as registered.
    const std::vector<StepType> &types() const { return *m_current.load(std::memory_order_acquire); }
    /// The source for files of that suffix, upper or lower case, or FolderFile; null where there is none.
    const StepType *forFile(std::string_view suffix) const;
    /// The known id that looks most like this one, or empty.
    std::string nearest(std::string_view id) const;

private:
    std::vector<StepType> m_types;                              ///< that were added
    std::vector<std::unique_ptr<std::vector<StepType>>> m_kept; ///< what was handed out: those with what was declared
    std::atomic<const std::vector<StepType> *> m_current{&m_types};
};

/// Generated by CMake from the files of the step families.
void registerBuiltInSteps(StepRegistry &registry);

} // namespace millrace
