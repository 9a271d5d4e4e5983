// SPDX-License-Identifier: MIT
#include "theme/Fields.h"
#include "theme/GlyphEngine.h"
#include "theme/Theme.h"
#include "ui/support/Pictures.h"

#include <QApplication>
#include <QDir>
#include <QPainter>
#include <QPalette>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <QWindow>

#include <cmath>
#include <set>

namespace millrace::tst_theme {

namespace {

/// The contrast of two colours as WCAG 2 defines it, from 1 to 21.
double contrast(const QColor &one, const QColor &other)
{
    const auto luminance = [](const QColor &color) {
        const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
    };
    const double a = luminance(one) + 0.05, b = luminance(other) + 0.05;
    return std::max(a, b) / std::min(a, b);
}

int inkOf(const QImage &image)
{
    int ink = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            ink += qAlpha(image.pixel(x, y)) > 40;
    return ink;
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textAndLinesCanBeSeenInBothLooks_data()
    {
        QTest::addColumn<QColor>("ink");
        QTest::addColumn<QColor>("ground");
        QTest::addColumn<double>("least");
        constexpr double Text = 4.5, Line = 3; // WCAG 2, level AA
        for (const Colors &c : {lightColors(), darkColors()}) {
            const auto add = [&c](const char *ink, const QColor &color, const char *ground, const QColor &on,
                                  double least) {
                QTest::addRow("%s: %s on %s", c.isDark ? "dark" : "light", ink, ground) << color << on << least;
            };
            const std::pair<const char *, QColor> grounds[] = {{"window", c.window},       {"canvas", c.canvas},
                                                               {"card", c.card},           {"field", c.field},
                                                               {"selection", c.selection}, {"hover", c.hover}};
            for (const auto &[name, ground] : grounds) {
                add("text", c.text, name, ground, 7);
                add("muted", c.muted, name, ground, Text);
                add("bad", c.bad, name, ground, Text);
                add("amber words", c.warnText, name, ground, Text);
                add("accent", c.accent, name, ground, Text);
            }
            for (const auto &[name, ground] : {std::pair("window", c.window), {"canvas", c.canvas}, {"card", c.card}}) {
                add("edge", c.edge, name, ground, Line);
                add("link", c.link, name, ground, Line);
                add("calm", c.calm, name, ground, Line);
                add("warn", c.warn, name, ground, Line);
            }
            add("edge", c.edge, "field", c.field, Line);
            for (const auto &[name, color] : {std::pair("calm", c.calm), {"warn", c.warn}, {"bad", c.bad}})
                add(name, color, "a gauge's track", c.track, Line);
            add("words", c.onAccent, "accent", c.accent, Text);
            add("words", c.onWarn, "warn", c.warn, Text);
            add("words", c.window, "bad", c.bad, Text);
            add("words", c.window, "a tool tip", c.text, Text);
        }
        for (int family = 0; family <= int(Family::Simulate); ++family)
            QTest::addRow("the drawing on the tile of family %d", family)
                << QColor(Qt::white) << Theme::familyColor(Family(family)) << Line;
    }

    void textAndLinesCanBeSeenInBothLooks()
    {
        QFETCH(QColor, ink);
        QFETCH(QColor, ground);
        QFETCH(double, least);
        const double found = contrast(ink, ground);
        QVERIFY2(found >= least, qPrintable(QStringLiteral("%1 of %2").arg(found, 0, 'f', 2).arg(least)));
    }

    void aKindChangesPaletteAndStyleSheet()
    {
        Theme theme;
        theme.setKind(ThemeKind::Dark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), darkColors().window);
        QVERIFY(qApp->styleSheet().contains(darkColors().line.name()));
        QVERIFY(!qApp->styleSheet().contains(QLatin1Char('@')));
        int changes = 0;
        connect(&theme, &Theme::changed, &theme, [&changes] { ++changes; });
        theme.setKind(ThemeKind::Light);
        QCOMPARE(changes, 1);
        QCOMPARE(QApplication::palette().color(QPalette::Window), lightColors().window);
    }

    void theSystemsThemeFollowsThePaletteThatTheDesktopGives()
    {
        Theme theme;
        theme.setKind(ThemeKind::System);
        QVERIFY(!theme.colors().isDark);
        int changes = 0;
        connect(&theme, &Theme::changed, &theme, [&changes] { ++changes; });
        QApplication::setPalette(QPalette(QColor(0x303030)));
        QTRY_VERIFY(theme.colors().isDark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), darkColors().window);
        QVERIFY(qApp->styleSheet().contains(darkColors().line.name()));
        QApplication::setPalette(QPalette(QColor(0xefefef)));
        QTRY_VERIFY(!theme.colors().isDark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), lightColors().window);
        QCOMPARE(changes, 2);
    }

    void theDesktopsPaletteIsLookedUpWhereItOnlySaysThatItChanged()
    {
        Theme theme;
        theme.setKind(ThemeKind::System);
        QApplication::setPalette(QPalette(QColor(0x303030)));
        QTRY_VERIFY(theme.colors().isDark);
        // The platform's own palette is light here, and Qt says so with this event alone.
        QWindow window;
        QEvent changed(QEvent::ThemeChange);
        QCoreApplication::sendEvent(&window, &changed);
        QTRY_VERIFY(!theme.colors().isDark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), lightColors().window);
    }

    void aThemeThatThePersonChoseStaysWhateverTheDesktopGives()
    {
        Theme theme;
        theme.setKind(ThemeKind::Light);
        QApplication::setPalette(QPalette(QColor(0x303030)));
        QTRY_COMPARE(QApplication::palette().color(QPalette::Window), lightColors().window);
        QVERIFY(!theme.colors().isDark);
        theme.setKind(ThemeKind::System);
        QVERIFY(theme.colors().isDark);
        QApplication::setPalette(QPalette(QColor(0xefefef)));
        QTRY_VERIFY(!theme.colors().isDark);
    }

    void everyDrawingIsThereInOneColourAndSharp()
    {
        const QStringList files = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")});
        QVERIFY(files.size() > 50);
        for (const QString &file : files) {
            const QString name = file.chopped(4);
            const QImage small = renderGlyph(name, Qt::red, 16).toImage(),
                         large = renderGlyph(name, Qt::red, 48).toImage();
            QCOMPARE(large.width(), 48);
            QVERIFY2(inkOf(small) > 8, qPrintable(name));
            QVERIFY2(inkOf(large) > 2 * inkOf(small), qPrintable(name));
        }
    }

    void everyFamilyHasATileOfItsColour()
    {
        const Theme theme;
        for (const Family family : {Family::Source, Family::Transform, Family::Filter, Family::Script, Family::Combine,
                                    Family::Model, Family::Sink, Family::Simulate}) {
            const QPixmap tile = theme.tile(QStringLiteral("formula"), family, 20, 2);
            QCOMPARE(tile.width(), 40);
            QCOMPARE(tile.toImage().pixelColor(20, 2), Theme::familyColor(family));
            QVERIFY(contrast(Qt::white, Theme::familyColor(family)) >= 3);
        }
    }

    void anIconThatIsSqueezedToNothingIsNotPainted()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("QPainter|QPixmap")));
        const Theme theme;
        QPixmap target(10, 10);
        target.fill(Qt::white);
        QPainter painter(&target);
        theme.icon(QStringLiteral("run")).paint(&painter, QRect(0, 0, 0, 10));
        QCOMPARE(target.toImage().pixelColor(1, 5), QColor(Qt::white));
    }

    void iconsFollowTheLook()
    {
        Theme theme;
        theme.setKind(ThemeKind::Light);
        const QIcon icon = theme.icon(QStringLiteral("run"));
        const QImage light = icon.pixmap(16, 16).toImage();
        theme.setKind(ThemeKind::Dark);
        QVERIFY(icon.pixmap(16, 16).toImage() != light);
        theme.setKind(ThemeKind::Light);
    }

    void questionsAndFilesAreDrawnInTheLook()
    {
        Theme theme;
        theme.setKind(ThemeKind::Dark);
        const auto colorsOf = [](QStyle::StandardPixmap name) {
            const QImage image = QApplication::style()->standardIcon(name).pixmap(32, 32).toImage();
            std::set<QRgb> colors;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (qAlpha(image.pixel(x, y)) == 255)
                        colors.insert(image.pixel(x, y));
            return colors;
        };
        for (const auto name : {QStyle::SP_MessageBoxQuestion, QStyle::SP_MessageBoxWarning,
                                QStyle::SP_MessageBoxCritical, QStyle::SP_MessageBoxInformation})
            QCOMPARE(colorsOf(name), std::set<QRgb>{darkColors().accent.rgb()});
        for (const auto name : {QStyle::SP_DirIcon, QStyle::SP_FileIcon, QStyle::SP_ArrowBack, QStyle::SP_ArrowForward,
                                QStyle::SP_FileDialogToParent, QStyle::SP_FileDialogNewFolder,
                                QStyle::SP_FileDialogListView, QStyle::SP_FileDialogDetailedView})
            QCOMPARE(colorsOf(name), std::set<QRgb>{darkColors().text.rgb()});
    }

    void theWheelPassesByAFieldWithoutTheFocus()
    {
        QScrollArea area;
        auto *content = new QWidget;
        auto *layout = new QVBoxLayout(content);
        QList<QWidget *> fields{new IntegerField, new NumberField, new ChoiceField};
        for (QWidget *field : fields)
            layout->addWidget(field);
        static_cast<ChoiceField *>(fields[2])->addItems({QStringLiteral("a"), QStringLiteral("b")});
        static_cast<ChoiceField *>(fields[2])->setCurrentIndex(1);
        layout->addSpacing(2000);
        area.setWidget(content);
        area.resize(200, 200);
        area.show();
        QVERIFY(QTest::qWaitForWindowExposed(&area));
        const auto turnWheels = [&fields] {
            for (QWidget *field : fields) {
                QWheelEvent turn({5, 5}, field->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton, {},
                                 Qt::NoScrollPhase, false);
                QApplication::sendEvent(field, &turn);
            }
        };
        area.activateWindow();
        area.setFocus();
        turnWheels();
        QCOMPARE(static_cast<IntegerField *>(fields[0])->value(), 0);
        QCOMPARE(static_cast<NumberField *>(fields[1])->value(), 0.0);
        QCOMPARE(static_cast<ChoiceField *>(fields[2])->currentIndex(), 1);
        fields[0]->setFocus();
        QTRY_VERIFY(fields[0]->hasFocus());
        turnWheels();
        QCOMPARE(static_cast<IntegerField *>(fields[0])->value(), 1);
    }

    void numbersAreShownWithoutDecimalsThatSayNothing()
    {
        NumberField field;
        field.setRange(-1e9, 1e9);
        field.setSuffix(QStringLiteral(" ms"));
        field.setValue(0.5);
        QCOMPARE(field.text(), QStringLiteral("0.5 ms"));
        field.setValue(1e6);
        QCOMPARE(field.cleanText(), QStringLiteral("1000000"));
        QString typed = QStringLiteral("2.25 ms");
        int at = 0;
        QCOMPARE(field.validate(typed, at), QValidator::Acceptable);
        QCOMPARE(field.valueFromText(typed), 2.25);
        typed = QStringLiteral("two");
        QCOMPARE(field.validate(typed, at), QValidator::Intermediate);
    }
};

} // namespace millrace::tst_theme

QTEST_MAIN(millrace::tst_theme::TestTheme)
#include "tst_theme.moc"
