//! Programs that mean harm: none gets out, none lasts, and the next run is unharmed.

use std::fs;
use std::io::Read;
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use heddle_jail::Level;

use crate::support::{Program, at_each_level, descendants, hostile, is_alive, the_next_run_works};

#[test]
fn a_fork_bomb_stops_at_the_limit_and_dies_as_a_whole() {
    at_each_level(
        "hostile::a_fork_bomb_stops_at_the_limit_and_dies_as_a_whole",
        |level| {
            let bomb = Program::new(hostile!("fork_bomb")).limits(|limits| limits.processes = 64);
            let (mut jail, output) = bomb.start(level);
            let mut full = [0; 4];
            output.unwrap().read_exact(&mut full).unwrap();
            assert_eq!(&full, b"full");
            let bombs = descendants(jail.init_pid().as_raw());
            assert!(bombs.len() <= 64, "{} processes", bombs.len());
            jail.kill();
            assert!(!bombs.iter().any(is_alive));
            assert_eq!(jail.wait().signal(), Some(libc::SIGKILL));
            // Without cgroups the kernel does not tell.
            assert_eq!(jail.usage().processes_denied, level == Level::L3);
            the_next_run_works(level);
        },
    );
}

#[test]
fn a_memory_bomb_ends_at_its_limit() {
    at_each_level("hostile::a_memory_bomb_ends_at_its_limit", |level| {
        let limit = 96 << 20;
        let bomb = Program::new(hostile!("memory_bomb")).limits(|limits| limits.memory = limit);
        let ended = bomb.run(level);
        if level == Level::L3 {
            assert_eq!(
                ended.status.signal(),
                Some(libc::SIGKILL),
                "{}",
                ended.output
            );
            assert!(ended.usage.oom_killed);
            let peak = ended.usage.memory_peak.unwrap();
            assert!((limit / 2..=limit).contains(&peak), "{peak}");
        } else {
            assert!(ended.output.contains("MemoryError"), "{}", ended.output);
            assert_eq!(ended.status.code(), Some(1));
        }
        the_next_run_works(level);
    });
}

#[test]
fn memory_without_an_owner_is_limited_too() {
    at_each_level("hostile::memory_without_an_owner_is_limited_too", |level| {
        let bomb = Program::new(hostile!("shared_memory_bomb")).limits(|limits| {
            (limits.memory, limits.file_size, limits.open_files) = (96 << 20, 4 << 20, 32);
        });
        let ended = bomb.run(level);
        // Each file ends at the limit of a file; at L3 all together end at that of memory.
        assert_eq!(ended.output.trim(), "File too large", "{:?}", ended.status);
        let many = Program::new(&hostile!("shared_memory_bomb").replace("range(16)", "range(4)"))
            .limits(|limits| (limits.memory, limits.open_files) = (96 << 20, 64));
        let ended = many.run(level);
        if level == Level::L3 {
            assert_eq!(
                ended.status.signal(),
                Some(libc::SIGKILL),
                "{}",
                ended.output
            );
            assert!(ended.usage.oom_killed);
        } else {
            assert_eq!(ended.output.trim(), "Too many open files");
        }
        the_next_run_works(level);
    });
}

#[test]
fn shared_memory_ends_at_its_size() {
    at_each_level("hostile::shared_memory_ends_at_its_size", |level| {
        let program = Program::new(hostile!("fill_shm")).limits(|limits| limits.shm = 1 << 20);
        program.run(level).expect("1048576 No space left on device");
    });
}

#[test]
fn a_flood_of_files_ends_at_the_number_that_fits() {
    at_each_level(
        "hostile::a_flood_of_files_ends_at_the_number_that_fits",
        |level| {
            Program::new(hostile!("many_files"))
                .run(level)
                .expect("No space left on device");
        },
    );
}

#[test]
fn a_file_of_a_petabyte_cannot_be_made() {
    at_each_level("hostile::a_file_of_a_petabyte_cannot_be_made", |level| {
        Program::new(hostile!("huge_file"))
            .run(level)
            .expect("File too large");
    });
}

#[test]
fn descriptors_end_at_their_limit() {
    at_each_level("hostile::descriptors_end_at_their_limit", |level| {
        let program = Program::new(hostile!("many_descriptors"));
        let program = program.limits(|limits| limits.open_files = 50);
        program.run(level).expect("50 Too many open files");
    });
}

#[test]
fn endless_output_that_nobody_reads_can_be_killed() {
    at_each_level(
        "hostile::endless_output_that_nobody_reads_can_be_killed",
        |level| {
            let (mut jail, output) = Program::new(hostile!("endless_output")).start(level);
            let mut output = output.unwrap();
            let mut first = vec![0; 64 << 10];
            output.read_exact(&mut first).unwrap();
            jail.kill();
            assert_eq!(jail.wait().signal(), Some(libc::SIGKILL));
            the_next_run_works(level);
        },
    );
}

#[test]
fn secrets_of_the_host_cannot_be_read() {
    at_each_level("hostile::secrets_of_the_host_cannot_be_read", |level| {
        let server = tempfile::tempdir().unwrap();
        fs::set_permissions(server.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let database = server.path().join("heddle.sqlite");
        fs::write(&database, "answers").unwrap();
        fs::set_permissions(&database, fs::Permissions::from_mode(0o644)).unwrap();
        let up = Path::new("/usr/../").join(database.strip_prefix("/").unwrap());
        let program = Program::new(hostile!("read_secrets"))
            .arg(&database)
            .arg(up);
        let ended = program.run(level);
        assert!(!ended.output.contains("OPEN"), "{}", ended.output);
        assert_eq!(ended.output.lines().count(), 8, "{}", ended.output);
        assert!(ended.status.success());
    });
}

#[test]
fn the_network_of_the_host_cannot_be_reached() {
    at_each_level(
        "hostile::the_network_of_the_host_cannot_be_reached",
        |level| {
            let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
            let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
            udp.set_nonblocking(true).unwrap();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("socket");
            let by_path = UnixListener::bind(&path).unwrap();
            let name = format!("heddle-test-{}-{level}", std::process::id());
            let address = SocketAddr::from_abstract_name(name.as_bytes()).unwrap();
            let abstract_one = UnixListener::bind_addr(&address).unwrap();
            let ended = Program::new(hostile!("connect"))
                .arg(tcp.local_addr().unwrap().port().to_string())
                .arg(udp.local_addr().unwrap().port().to_string())
                .arg(name)
                .arg(&path)
                .run(level);
            assert!(!ended.output.contains("OPEN"), "{}", ended.output);
            assert_eq!(ended.output.lines().count(), 10, "{}", ended.output);
            for listener in [&by_path, &abstract_one] {
                listener.set_nonblocking(true).unwrap();
                assert!(listener.accept().is_err());
            }
            tcp.set_nonblocking(true).unwrap();
            assert!(tcp.accept().is_err() && udp.recv(&mut [0]).is_err());
        },
    );
}

#[test]
fn nothing_outside_can_be_written() {
    at_each_level("hostile::nothing_outside_can_be_written", |level| {
        let host = tempfile::tempdir().unwrap();
        fs::set_permissions(host.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let mut program = Program::new(hostile!("write_outside")).arg(host.path());
        program.spec.read_only.push(host.path().to_owned());
        let ended = program.run(level);
        assert!(!ended.output.contains("OPEN"), "{}", ended.output);
        assert!(ended.status.success(), "{}", ended.output);
        assert_eq!(fs::read_dir(host.path()).unwrap().count(), 0);
        assert!(!Path::new("/usr/heddle-was-here").exists());
    });
}

#[test]
fn killing_everyone_kills_nobody_outside() {
    at_each_level("hostile::killing_everyone_kills_nobody_outside", |level| {
        // A neighbour, of the same user at L2.
        let (input, end) = nix::unistd::pipe().unwrap();
        let text = "import os; print('up', flush=True); os.read(9, 1)";
        let (mut neighbour, output) = Program::new(text).file(input, 9).start(level);
        let mut output = output.unwrap();
        output.read_exact(&mut [0; 3]).unwrap();
        let ended = Program::new(hostile!("kill_everyone")).run(level);
        assert_eq!(ended.status.signal(), Some(libc::SIGKILL));
        assert_eq!(
            ended.output.trim(),
            "still here",
            "the killer itself is spared by kill(-1)"
        );
        drop(end);
        assert!(neighbour.wait().success());
        the_next_run_works(level);
    });
}

#[test]
fn a_daemon_does_not_outlive_its_program() {
    at_each_level("hostile::a_daemon_does_not_outlive_its_program", |level| {
        // It holds the output open: that this ends at all says that it is gone.
        Program::new(hostile!("daemon"))
            .run(level)
            .expect("parent ends");
        the_next_run_works(level);
    });
}

#[test]
fn a_program_that_sleeps_for_ever_can_be_killed_twice() {
    at_each_level(
        "hostile::a_program_that_sleeps_for_ever_can_be_killed_twice",
        |level| {
            let (mut jail, output) = Program::new(hostile!("sleep_for_ever")).start(level);
            output.unwrap().read_exact(&mut [0; 6]).unwrap();
            jail.kill();
            jail.kill();
            assert_eq!(jail.wait().signal(), Some(libc::SIGKILL));
            the_next_run_works(level);
        },
    );
}

#[test]
fn system_calls_that_look_for_a_way_out_are_refused() {
    at_each_level(
        "hostile::system_calls_that_look_for_a_way_out_are_refused",
        |level| {
            Program::new(hostile!("refused_calls"))
                .run(level)
                .expect("tried");
        },
    );
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_call_of_a_foreign_interface_kills_the_process() {
    at_each_level(
        "hostile::a_call_of_a_foreign_interface_kills_the_process",
        |level| {
            let ended = Program::new(hostile!("foreign_calls")).run(level);
            assert_eq!(ended.output.trim(), "calling");
            assert_eq!(
                ended.status.signal(),
                Some(libc::SIGSYS),
                "{:?}",
                ended.status
            );
        },
    );
}

#[test]
fn limits_and_rights_cannot_be_raised() {
    at_each_level("hostile::limits_and_rights_cannot_be_raised", |level| {
        Program::new(hostile!("raise_limits"))
            .run(level)
            .expect("tried");
    });
}
