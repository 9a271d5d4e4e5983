// SPDX-License-Identifier: MIT
// The drawing of a run on a page: where its parts stand, what they say, and that texts have room.
#include "report/RunDrawing.h"
#include "report/TextRoom.h"

#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

#include <string>
#include <vector>

namespace millrace::tst_rundrawing {

namespace {

/// An element of the drawing with its attributes, and the text that is in it.
struct Element
{
    QString name, text;
    QXmlStreamAttributes attributes;

    QString style() const { return attributes.value(QLatin1String("class")).toString(); }
    double number(const char *attribute) const { return attributes.value(QLatin1String(attribute)).toDouble(); }
};

std::vector<Element> elementsOf(const std::string &svg)
{
    std::vector<Element> elements;
    QXmlStreamReader reader(QString::fromStdString(svg));
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement())
            elements.push_back({reader.name().toString(), {}, reader.attributes()});
        else if (reader.isCharacters() && !elements.empty())
            elements.back().text += reader.text();
    }
    return reader.hasError() ? std::vector<Element>() : elements;
}

std::vector<Element> withStyle(const std::vector<Element> &elements, const char *name, const char *style)
{
    std::vector<Element> found;
    for (const Element &element : elements)
        if (element.name == QLatin1String(name)
            && element.style().split(QLatin1Char(' ')).contains(QLatin1String(style)))
            found.push_back(element);
    return found;
}

bool hasText(const std::vector<Element> &elements, const QString &text)
{
    return std::ranges::any_of(elements, [&](const Element &element) { return element.text == text; });
}

PipelineStep stepOf(const char *id, const char *type, double x, double y)
{
    PipelineStep step;
    step.id = id;
    step.type = type;
    step.position = Position{x, y};
    return step;
}

Link linkBetween(const char *from, const char *fromPort, const char *to)
{
    Link link;
    link.fromStep = from;
    link.fromPort = fromPort;
    link.toStep = to;
    return link;
}

StepSample counted(const char *id, uint64_t in, uint64_t out)
{
    StepSample sample;
    sample.id = id;
    sample.itemsIn = in;
    sample.itemsOut = out;
    sample.workers = 2;
    sample.busy = uint64_t(3e9);
    return sample;
}

} // namespace

class TestRunDrawing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void init()
    {
        m_pipeline = {};
        m_pipeline.steps = {stepOf("numbers", "generate", 40, 80), stepOf("cheap", "filter", 280, 80),
                            stepOf("out", "discard", 520, 80), stepOf("failed", "discard", 520, 240)};
        m_pipeline.steps[1].params = {{"expression", Value("price < 3")}};
        m_pipeline.links = {linkBetween("numbers", "out", "cheap"), linkBetween("cheap", "out", "out"),
                            linkBetween("cheap", "error", "failed")};
        m_sample = {};
        m_sample.seconds = m_sample.activeSeconds = 2;
        m_sample.steps = {counted("numbers", 0, 3376), counted("cheap", 3376, 263), counted("out", 263, 0)};
        m_sample.steps[0].isSource = m_sample.steps[2].isSink = true;
        m_sample.steps[1].errors = 12;
    }

    void cardsSayWhatCameOfEachStepAndStandWhereTheyAreDrawn()
    {
        const auto elements = drawn();
        const auto cards = withStyle(elements, "rect", "step");
        QCOMPARE(cards.size(), size_t(4));
        QCOMPARE(cards[1].number("x") - cards[0].number("x"), 240.0);
        QCOMPARE(cards[3].number("y") - cards[0].number("y"), 160.0);
        for (const char *text : {"3,376 items", "3,376 → 263", "263 items", "12 failed", "price < 3", "took no part"})
            QVERIFY2(hasText(elements, QString::fromUtf8(text)), text);
        QVERIFY(hasText(elements, QStringLiteral("busy 75 %"))); // three seconds of two workers' two
        QCOMPARE(withStyle(elements, "g", "left-out").size(), size_t(1));
    }

    void linksGoFromPortToPortAndFailedItemsHaveTheirOwn()
    {
        const auto elements = drawn();
        const auto links = withStyle(elements, "path", "wire");
        QCOMPARE(links.size(), size_t(3));
        QVERIFY(links[0].number("stroke-width") > links[1].number("stroke-width")); // as more items go there
        QCOMPARE(withStyle(elements, "path", "failed-items").size(), size_t(1));
        QVERIFY(links[2].style().contains(QLatin1String("failed-items")));
        QVERIFY(links[0].attributes.value(QLatin1String("d")).startsWith(QLatin1String("M208.0 122.0 C")));
        // Where an item leaves that is no "out" is named.
        QVERIFY(hasText(withStyle(elements, "text", "label"), QStringLiteral("rejected")));
    }

    void theStepThatLimitsAndTheOneThatFailedStandOut()
    {
        Limit limit;
        limit.step = "cheap";
        auto elements = elementsOf(drawRun({m_pipeline, m_registry, m_sample, &limit, "out"}));
        QCOMPARE(withStyle(elements, "rect", "warn-edge").size(), size_t(1));
        QCOMPARE(withStyle(elements, "rect", "bad-edge").size(), size_t(1));
        QVERIFY(hasText(elements, QStringLiteral("limits the run")));
        limit.isClear = false; // then nobody is said to
        elements = elementsOf(drawRun({m_pipeline, m_registry, m_sample, &limit}));
        QVERIFY(withStyle(elements, "rect", "warn-edge").empty() && withStyle(elements, "rect", "bad-edge").empty());
    }

    void stepsWithoutAPlaceAreLaidOut()
    {
        for (PipelineStep &step : m_pipeline.steps)
            step.position.reset();
        const auto cards = withStyle(drawn(), "rect", "step");
        QVERIFY(cards[0].number("x") < cards[1].number("x") && cards[1].number("x") < cards[2].number("x"));
        QVERIFY(cards[2].number("y") != cards[3].number("y"));
    }

    void notesAndFramesAreDrawnAndThePaperHoldsAll()
    {
        Note note;
        note.text = "# Cheap\nonly `price` below **three** is kept, all the others are rejected";
        note.rect = {-300, 400, 180, 60};
        m_pipeline.notes.push_back(note);
        Frame frame;
        frame.text = "All of it";
        frame.color = "blue";
        frame.rect = {0, 0, 900, 380};
        m_pipeline.frames.push_back(frame);
        const auto elements = drawn();
        const auto lines = withStyle(elements, "text", "note");
        QVERIFY(lines.size() >= 3);
        QCOMPARE(lines[0].text, QStringLiteral("Cheap"));
        QVERIFY(hasText(elements, QStringLiteral("All of it")));
        QCOMPARE(withStyle(elements, "rect", "blue").size(), size_t(1));
        const QStringList box =
            elements.front().attributes.value(QLatin1String("viewBox")).toString().split(QLatin1Char(' '));
        QCOMPARE(box.size(), 4);
        QVERIFY(box[0].toDouble() < -300 && box[0].toDouble() + box[2].toDouble() > 900);
    }

    void whateverComesFromThePipelineIsTextAndSecretsAreNotDrawn()
    {
        const std::string evil = "</title></svg><script>alert('1')</script>\x1b\xff";
        m_pipeline.steps[1].name = evil;
        m_pipeline.steps[1].params = {{"expression", Value("\"" + evil + "\"")}};
        m_pipeline.steps[0].id = m_pipeline.links[0].fromStep = evil;
        Frame frame;
        frame.text = frame.color = evil;
        m_pipeline.frames.push_back(frame);
        Note note;
        note.text = evil;
        m_pipeline.notes.push_back(note);
        const std::string svg = drawRun({m_pipeline, m_registry, m_sample});
        QVERIFY(!elementsOf(svg).empty()); // all tags are closed
        QVERIFY(svg.find("<script") == std::string::npos && svg.find('\x1b') == std::string::npos);
        // The line of a step that holds something secret in plain isn't drawn at all.
        m_pipeline.steps[1].name = "cheap";
        m_pipeline.steps[1].params = {{"expression", Value("rosebud == 1")}, {"password", Value("rosebud")}};
        QVERIFY(drawRun({m_pipeline, m_registry, m_sample}).find("rosebud") == std::string::npos);
    }

    void anUnknownStepAndAnEmptyPipelineAreNoTrouble()
    {
        m_pipeline.steps[1].type = "of.a.later.version";
        QCOMPARE(withStyle(drawn(), "rect", "step").size(), size_t(4));
        QVERIFY(drawRun({Pipeline(), m_registry, m_sample}).find("Nothing is drawn") != std::string::npos);
    }

    void textsAreCutBetweenCharacters()
    {
        std::string text;
        for (int i = 0; i < 100; ++i)
            text += "ä";
        const std::string cut = elidedText(text, 13, 100);
        QCOMPARE(QString::fromStdString(cut).toStdString(), cut);
        QVERIFY(cut.ends_with("ä…") && guessedWidth(cut, 13) <= 105);
        QCOMPARE(elidedText("short", 13, 100), std::string("short"));
        const auto lines = wrappedLines("one two three four five\n\nsix", 10, 60);
        QVERIFY(lines.size() > 4 && lines[lines.size() - 2].empty() && lines.back() == "six");
        for (const std::string &line : lines)
            QVERIFY(guessedWidth(line, 10) <= 60);
    }

private:
    std::vector<Element> drawn() const { return elementsOf(drawRun({m_pipeline, m_registry, m_sample})); }

    StepRegistry m_registry;
    Pipeline m_pipeline;
    RunSample m_sample;
};

} // namespace millrace::tst_rundrawing

QTEST_APPLESS_MAIN(millrace::tst_rundrawing::TestRunDrawing)
#include "tst_rundrawing.moc"
