@echo off
rem Runs Minnow: finds a JDK, builds when sources are newer than what was built, and starts java.
setlocal EnableExtensions DisableDelayedExpansion
set "SCRIPTS=%~dp0"
for %%D in ("%~dp0..") do set "ROOT=%%~fD"
set "BUILT=%ROOT%\target\launcher"
set "JDK="

if defined JAVA_HOME call :consider "%JAVA_HOME%"
if not defined JDK for %%J in (java.exe) do if not "%%~$PATH:J"=="" call :consider "%%~dp$PATH:J.."
for %%P in ("%ProgramFiles%\Java" "%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\BellSoft" "%ProgramFiles%\Amazon Corretto" "%USERPROFILE%\.jdks") do (
  if not defined JDK if exist "%%~P" for /d %%D in ("%%~P\*") do if not defined JDK call :consider "%%~D"
)
if not defined JDK (
  echo minnow: no JDK 25 or newer was found; install one ^(for example Temurin 25 from https://adoptium.net^) or set JAVA_HOME to it. 1>&2
  exit /b 1
)

set "MINNOW_ROOT=%ROOT%"
powershell -NoProfile -Command "$r=$env:MINNOW_ROOT; $j=Get-Item -ErrorAction SilentlyContinue \"$r\target\launcher\minnow.jar\"; if (-not $j -or -not (Test-Path \"$r\target\launcher\libraries\")) { exit 1 }; if (Get-ChildItem -Recurse \"$r\src\main\",\"$r\corpora\catalog.json\",\"$r\pom.xml\" | Where-Object { $_.LastWriteTime -gt $j.LastWriteTime } | Select-Object -First 1) { exit 1 }"
if errorlevel 1 call :build
if errorlevel 1 exit /b 1

set "FLAGS="
rem A variable of a loop must not be the first letter of one that is read there: %%F is also the beginning of %%FLAGS%%.
for /f "usebackq eol=# delims=" %%X in ("%SCRIPTS%jvm.options") do call set "FLAGS=%%FLAGS%% %%X"
set "CLASSES=%BUILT%\minnow.jar"
for /f "usebackq delims=" %%L in ("%BUILT%\libraries") do call set "CLASSES=%%CLASSES%%;%%BUILT%%\lib\%%L"
if "%~1"=="--show-command" goto show
"%JDK%\bin\java.exe"%FLAGS% "-Dminnow.launcher=%~0" -cp "%CLASSES%" dev.minnow.cli.Minnow %*
exit /b %ERRORLEVEL%

rem What follows --show-command, as it was written: numbered arguments would lose commas and equal signs.
:show
set ARGUMENTS=%*
set ARGUMENTS=%ARGUMENTS:*--show-command=%
echo "%JDK%\bin\java.exe"%FLAGS% "-Dminnow.launcher=%~0" -cp "%CLASSES%" dev.minnow.cli.Minnow%ARGUMENTS%
exit /b 0

rem Sets JDK to the folder if its file `release` states version 25 or newer, and the module of the Vector API where it lists modules.
:consider
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
findstr /b "MODULES=" "%~1\release" >nul
if not errorlevel 1 (
  findstr /c:"jdk.incubator.vector" "%~1\release" >nul
  if errorlevel 1 exit /b 0
)
for /f "usebackq tokens=2 delims==" %%V in (`findstr /b "JAVA_VERSION=" "%~1\release"`) do for /f "delims=.-+_" %%N in ("%%~V") do if %%N GEQ 25 set "JDK=%~f1"
exit /b 0

:build
where mvn >nul 2>nul
if errorlevel 1 (
  echo minnow: building needs Maven, and there is no mvn on the PATH; install Maven 3.6.3 or newer. 1>&2
  exit /b 1
)
echo minnow: building "%ROOT%" 1>&2
rem In a folder of its own, so that a failed build leaves the last one whole and libraries that are no longer used are not listed.
set "WORK=%BUILT%\build.%RANDOM%"
mkdir "%WORK%"
if errorlevel 1 (
  echo minnow: cannot write to "%BUILT%"; make it writable. 1>&2
  exit /b 1
)
type nul >"%WORK%\started"
set "JAVA_HOME=%JDK%"
call mvn -q -B -f "%ROOT%\pom.xml" -Dquick "-Dminnow.target=%WORK%" -Dmaven.test.skip=true -Denforcer.skip=true -Dformatter.skip=true package 1>&2
if errorlevel 1 (
  echo minnow: the build failed; Maven's messages are above. 1>&2
  rmdir /s /q "%WORK%"
  exit /b 1
)
if not exist "%BUILT%\lib" mkdir "%BUILT%\lib"
for %%L in ("%WORK%\lib\*.jar") do (
  >>"%WORK%\libraries" echo %%~nxL
  if not exist "%BUILT%\lib\%%~nxL" move /y "%%~L" "%BUILT%\lib\%%~nxL" >nul
)
rem A source that changed while Maven ran is newer than this time and gets built next time.
powershell -NoProfile -Command "(Get-Item -LiteralPath \"$env:WORK\minnow.jar\").LastWriteTime = (Get-Item -LiteralPath \"$env:WORK\started\").LastWriteTime"
move /y "%WORK%\libraries" "%BUILT%\libraries" >nul
move /y "%WORK%\minnow.jar" "%BUILT%\minnow.jar" >nul
if errorlevel 1 (
  echo minnow: "%BUILT%\minnow.jar" cannot be replaced; end the Minnow that runs from it. 1>&2
  rmdir /s /q "%WORK%"
  exit /b 1
)
rmdir /s /q "%WORK%"
exit /b 0
