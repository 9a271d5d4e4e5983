// SPDX-License-Identifier: MIT
#include "formats/xml/XmlRecords.h"

#include "data/text/Quote.h"
#include "formats/bytes/Encoding.h"
#include "formats/xml/XmlPieces.h"

#include <QStringDecoder>
#include <QXmlStreamReader>

#include <algorithm>
#include <unordered_map>

namespace millrace {

namespace {

constexpr size_t MostOtherPaths = 5; ///< that are told

std::string xmlText(QStringView text)
{
    return text.toString().toStdString();
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// An element whose end hasn't come yet.
struct OpenElement
{
    std::string name, text;
    std::vector<std::pair<std::string, List>> members; ///< by name, with all that has it
    std::unordered_map<std::string, size_t> places;    ///< of the members
    bool hasChildren = false;

    void add(const std::string &member, Value value)
    {
        const auto [place, isNew] = places.try_emplace(member, members.size());
        if (isNew)
            members.emplace_back(member, List());
        members[place->second].second.push_back(std::move(value));
    }
    Value finish(bool isRecord)
    {
        if (members.empty())
            return text.empty() ? Value() : isRecord ? Value(Members{{"#text", Value(text)}}) : Value(text);
        Members all;
        for (auto &[member, values] : members)
            all.emplace_back(member, values.size() == 1 ? std::move(values.front()) : Value(std::move(values)));
        if (!isBlank(text))
            all.emplace_back("#text", Value(text));
        return all;
    }
};

} // namespace

struct XmlRecords::Reading
{
    Reading(ByteSource &source, std::vector<std::string> names) : pieces(source), path(std::move(names)) {}

    Result<bool> fill();
    Result<> begin();
    Result<> checkEntities() const;
    std::optional<XmlRecord> end();
    Failure fault(const std::string &what) const;
    bool isRecordName(const std::string &name) const;
    bool isWithinRecord() const { return !open.empty(); }
    Result<> checkSize(size_t more);
    void noteOther();

    XmlPieces pieces;
    std::vector<std::string> path;
    QXmlStreamReader reader;
    QStringDecoder decoder{QStringDecoder::Utf8};
    std::vector<std::string> above; ///< names of the elements around what is read
    std::vector<bool> fits;         ///< whether each of them is on the path, with those around it
    std::vector<OpenElement> open;  ///< the record, and what is open within it
    size_t size = 0;                ///< bytes of the record
    int64_t line = 0;               ///< that it begins in
    std::vector<std::string> others;
    std::optional<Error> failed;
};

XmlRecords::XmlRecords(ByteSource &from, std::vector<std::string> path)
    : m_reading(std::make_unique<Reading>(from, path.empty() ? std::vector<std::string>{"*", "*"} : std::move(path)))
{}

XmlRecords::~XmlRecords() = default;

const std::vector<std::string> &XmlRecords::others() const
{
    return m_reading->others;
}

Failure XmlRecords::Reading::fault(const std::string &what) const
{
    return failure(ErrorKind::Parse, "line " + std::to_string(reader.lineNumber()) + ", column "
                                         + std::to_string(reader.columnNumber()) + ": " + what);
}

/// Reads on. False: there is no more.
Result<bool> XmlRecords::Reading::fill()
{
    if (pieces.isTokenTooLong())
        return fault("a tag, comment or text is larger than 64 MiB; is its end missing?");
    const auto piece = pieces.next();
    if (!piece)
        return piece.forward();
    if (piece->empty())
        return false;
    const QString text = decoder.decode(QByteArrayView(piece->data(), qsizetype(piece->size())));
    if (decoder.hasError())
        return fault("what follows isn't text in the file's encoding; say which it is with \"encoding\".");
    reader.addData(text);
    return true;
}

Result<> XmlRecords::Reading::checkSize(size_t more)
{
    size += more;
    if (size > MostOfRecord)
        return fault("an element is larger than 64 MiB; name a smaller one with \"record\".");
    return {};
}

/// Whether an element of that name, where the reader is, is a record.
bool XmlRecords::Reading::isRecordName(const std::string &name) const
{
    if (above.size() + 1 != path.size() || (!fits.empty() && !fits.back()))
        return false;
    return path.back() == "*" || path.back() == name || path.back() == xmlText(reader.name());
}

/// The reader puts nothing in the place of an entity that is elsewhere, and says nothing.
Result<> XmlRecords::Reading::checkEntities() const
{
    for (const QXmlStreamEntityDeclaration &entity : reader.entityDeclarations())
        if (!entity.systemId().isEmpty() && entity.notationName().isEmpty())
            return fault("the entity " + inQuotes(xmlText(entity.name())) + " is to be read from "
                         + inQuotes(xmlText(entity.systemId())) + "; nothing is read from elsewhere.");
    return {};
}

void XmlRecords::Reading::noteOther()
{
    if (others.size() >= MostOtherPaths)
        return;
    std::string text;
    for (const std::string &name : above)
        text += '/' + name;
    if (std::ranges::find(others, text) == others.end())
        others.push_back(text);
}

Result<> XmlRecords::Reading::begin()
{
    const std::string name = xmlText(reader.qualifiedName());
    if (above.size() + open.size() >= MostDepth)
        return fault("elements are nested deeper than " + std::to_string(MostDepth) + " times.");
    const bool isRecord = !isWithinRecord() && isRecordName(name);
    if (!isWithinRecord() && !isRecord) {
        const std::string &wanted = above.size() < path.size() ? path[above.size()] : path.back();
        const bool isOnPath = above.size() < path.size() && (fits.empty() || fits.back())
                              && (wanted == "*" || wanted == name || wanted == xmlText(reader.name()));
        above.push_back(name);
        fits.push_back(isOnPath);
        noteOther();
        return {};
    }
    if (isRecord) {
        size = 0;
        line = reader.lineNumber();
    } else {
        open.back().hasChildren = true;
    }
    OpenElement &element = open.emplace_back();
    element.name = name;
    size_t more = name.size();
    for (const QXmlStreamAttribute &attribute : reader.attributes()) {
        std::string text = xmlText(attribute.value());
        more += text.size() + size_t(attribute.qualifiedName().size());
        element.add('@' + xmlText(attribute.qualifiedName()), Value(text));
    }
    return checkSize(more);
}

/// A record where it is one that ends.
std::optional<XmlRecord> XmlRecords::Reading::end()
{
    if (!isWithinRecord()) {
        above.pop_back();
        fits.pop_back();
        return std::nullopt;
    }
    OpenElement element = std::move(open.back());
    open.pop_back();
    Value value = element.finish(open.empty());
    if (open.empty())
        return XmlRecord{std::move(value), line};
    open.back().add(element.name, std::move(value));
    return std::nullopt;
}

Result<std::optional<XmlRecord>> XmlRecords::next()
{
    Reading &reading = *m_reading;
    if (reading.failed)
        return Failure{*reading.failed};
    const auto fail = [&](const Failure &failure) {
        reading.failed = failure.error;
        return failure;
    };
    for (;;) {
        Result<> done;
        const auto token = reading.reader.readNext();
        if (token != QXmlStreamReader::Invalid)
            reading.pieces.endToken();
        switch (token) {
        case QXmlStreamReader::StartElement: done = reading.begin(); break;
        case QXmlStreamReader::EndElement:
            if (auto record = reading.end())
                return record;
            break;
        case QXmlStreamReader::Characters:
            if (reading.isWithinRecord()) {
                const std::string text = xmlText(reading.reader.text());
                reading.open.back().text += text;
                done = reading.checkSize(text.size());
            }
            break;
        case QXmlStreamReader::EntityReference:
            done = reading.fault("the entity " + inQuotes('&' + xmlText(reading.reader.name()) + ';')
                                 + " isn't defined in the document; nothing is read from elsewhere.");
            break;
        case QXmlStreamReader::EndDocument: return std::optional<XmlRecord>();
        case QXmlStreamReader::Invalid: {
            const bool isShort = reading.reader.error() == QXmlStreamReader::PrematureEndOfDocumentError;
            const auto more = isShort ? reading.fill() : Result<bool>(false);
            if (!more)
                return fail(more.forward());
            if (!*more)
                return fail(reading.fault(isShort ? std::string("the document ends too early.")
                                                  : xmlText(reading.reader.errorString())));
            break;
        }
        case QXmlStreamReader::DTD: done = reading.checkEntities(); break;
        default: break;
        }
        if (!done)
            return fail(done.forward());
    }
}

Result<std::vector<std::string>> xmlPathParts(const std::string &path)
{
    std::vector<std::string> parts;
    if (path.empty())
        return parts;
    if (!path.starts_with('/') || path.ends_with('/') || path.find("//") != std::string::npos)
        return failure(ErrorKind::Param, "The path " + inQuotes(path)
                                             + " is none; write the names of the elements from the root to an item, as "
                                               "/catalog/book, with * for any.");
    for (size_t at = 1; at <= path.size();) {
        const size_t end = std::min(path.find('/', at), path.size());
        parts.push_back(path.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

std::string xmlEncodingOf(std::string_view beginning)
{
    const EncodingGuess guess = guessEncoding(beginning, false);
    if (guess.isSure && !isUtf8Name(guess.encoding)) // a mark, or UTF-16
        return guess.encoding;
    const std::string_view declaration = beginning.substr(0, beginning.find("?>"));
    const size_t at = declaration.find("encoding");
    if (at == std::string_view::npos || declaration.find("<?xml") == std::string_view::npos)
        return {};
    const size_t begin = declaration.find_first_of("\"'", at);
    const size_t end = begin == std::string_view::npos ? begin : declaration.find(declaration[begin], begin + 1);
    if (end == std::string_view::npos)
        return {};
    const std::string name(declaration.substr(begin + 1, end - begin - 1));
    return isUtf8Name(name) ? std::string() : name;
}

} // namespace millrace
